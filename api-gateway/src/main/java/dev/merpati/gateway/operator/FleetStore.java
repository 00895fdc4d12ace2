package dev.merpati.gateway.operator;

import dev.merpati.model.redis.RedisKeys;
import dev.merpati.model.session.SessionRecord;
import dev.merpati.model.whatsapp.ClientVersion;
import dev.merpati.model.whatsapp.ClientVersionRecord;
import java.time.Clock;
import java.time.Instant;
import java.util.Map;
import java.util.UUID;
import org.springframework.data.redis.core.ReactiveHashOperations;
import org.springframework.data.redis.core.ReactiveStringRedisTemplate;
import org.springframework.stereotype.Component;
import reactor.core.publisher.Mono;

/** What all workers share and look at every few seconds. */
@Component
class FleetStore {
    private final ReactiveHashOperations<String, String, String> hashes;
    private final RedisKeys keys;
    private final Clock clock;

    FleetStore(ReactiveStringRedisTemplate redis, RedisKeys keys, Clock clock) {
        this.hashes = redis.opsForHash();
        this.keys = keys;
        this.clock = clock;
    }

    Mono<ClientVersionRecord> clientVersion() {
        return hashes.entries(RedisKeys.clientVersion())
                .collectMap(Map.Entry::getKey, Map.Entry::getValue)
                .map(ClientVersionRecord::fromHash);
    }

    Mono<Void> want(ClientVersion version) {
        return hashes.put(RedisKeys.clientVersion(), ClientVersionRecord.WANTED, version.toString())
                .then();
    }

    Mono<Void> wantNoVersion() {
        return hashes.remove(RedisKeys.clientVersion(), ClientVersionRecord.WANTED)
                .then();
    }

    Mono<Boolean> sessionExists(UUID sessionId) {
        return hashes.hasKey(keys.session(sessionId), SessionRecord.TENANT);
    }

    /** Removes what has ended first: nothing else does. */
    Mono<Void> logStanzas(UUID sessionId, Instant until) {
        return removeEnded()
                .then(hashes.put(RedisKeys.stanzaLogs(), sessionId.toString(), Long.toString(until.toEpochMilli())))
                .then();
    }

    Mono<Void> endStanzaLog(UUID sessionId) {
        return hashes.remove(RedisKeys.stanzaLogs(), sessionId.toString()).then();
    }

    private Mono<Void> removeEnded() {
        long now = clock.millis();
        return hashes.entries(RedisKeys.stanzaLogs())
                .filter(entry -> !entry.getValue().matches("\\d{1,18}") || Long.parseLong(entry.getValue()) <= now)
                .flatMap(entry -> hashes.remove(RedisKeys.stanzaLogs(), entry.getKey()))
                .then();
    }
}
