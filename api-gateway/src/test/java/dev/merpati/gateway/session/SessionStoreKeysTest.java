package dev.merpati.gateway.session;

import dev.merpati.gateway.harness.RecordingRedis;
import dev.merpati.model.redis.RedisKeys;
import dev.merpati.model.session.SessionRecord;
import dev.merpati.model.session.SessionStatus;
import dev.merpati.model.shard.ShardMap;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.UUID;
import org.junit.jupiter.api.RepeatedTest;

class SessionStoreKeysTest {
    private final ShardMap shardMap = new ShardMap(128);
    private final RecordingRedis redis = new RecordingRedis();
    private final SessionStore store = new SessionStore(redis, new RedisKeys(shardMap), shardMap);

    @RepeatedTest(5)
    void aSessionAndTheListOfItsShardAreInOneSlot() {
        UUID id = UUID.randomUUID();

        store.write(
                        new SessionRecord(
                                id, "acme", "name", Instant.EPOCH, SessionStatus.CONNECTING, null, null, false, true),
                        Duration.ofMinutes(1))
                .then(store.remove(id))
                // It cannot make anything of ones.
                .then(store.statuses(List.of(id)).then().onErrorComplete())
                .block();

        redis.assertEachRunHadOneSlot(3);
    }
}
