package dev.merpati.gateway.event;

import dev.merpati.gateway.redis.LuaScript;
import dev.merpati.gateway.tenant.TenantData;
import dev.merpati.model.event.EventKeys;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import org.springframework.core.annotation.Order;
import org.springframework.data.redis.core.ReactiveStringRedisTemplate;
import org.springframework.stereotype.Component;
import reactor.core.publisher.Mono;

/** Removes the events of a tenant that is deleted; from then on the dispatcher stores none that were still under way. */
@Component
@Order(1) // Behind the sessions, before the webhooks: the dispatcher writes nothing more of them then.
class EventRemoval implements TenantData {
    private static final LuaScript<List<Object>> SESSIONS = LuaScript.returningList("sessions-of-events");
    private static final LuaScript<Long> REMOVE = LuaScript.returningLong("remove-events");
    private static final int EVENTS_PER_RUN = 1_000;

    private final ReactiveStringRedisTemplate redis;

    EventRemoval(ReactiveStringRedisTemplate redis) {
        this.redis = redis;
    }

    /** The indexes of sessions go first: only the stream tells which there are. */
    @Override
    public Mono<Void> removeAll(String tenantId) {
        return remove(tenantId, List.of())
                .then(removeIndexes(tenantId, ""))
                .then(remove(
                        tenantId,
                        List.of(EventKeys.stream(tenantId), EventKeys.seen(tenantId), EventKeys.progress(tenantId))));
    }

    private Mono<Void> removeIndexes(String tenantId, String after) {
        return SESSIONS.run(redis, List.of(EventKeys.stream(tenantId)), after, EVENTS_PER_RUN)
                .flatMap(answer -> {
                    String last = answer.getFirst().toString();
                    if (last.isEmpty()) {
                        return Mono.empty();
                    }
                    return remove(
                                    tenantId,
                                    answer.stream()
                                            .skip(1)
                                            .map(session ->
                                                    EventKeys.ofSession(tenantId, UUID.fromString(session.toString())))
                                            .toList())
                            .then(removeIndexes(tenantId, last));
                });
    }

    private Mono<Void> remove(String tenantId, List<String> removed) {
        List<String> keys = new ArrayList<>(List.of(EventKeys.removed(tenantId)));
        keys.addAll(removed);
        return REMOVE.run(redis, keys, EventKeys.REMOVED_FOR.toMillis()).then();
    }
}
