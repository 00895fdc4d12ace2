package dev.merpati.dispatcher.webhook;

import static org.assertj.core.api.Assertions.assertThat;

import dev.merpati.dispatcher.webhook.DeliveryStore.WebhookId;
import dev.merpati.model.event.EventId;
import dev.merpati.model.webhook.WebhookKeys;
import io.lettuce.core.cluster.SlotHash;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import org.springframework.data.redis.core.StringRedisTemplate;
import org.springframework.data.redis.core.script.RedisScript;

/** Redis Cluster runs a script only when all of its keys are in one slot. */
class DeliveryScriptKeysTest {
    private final UUID one = UUID.randomUUID();
    private final UUID other = UUID.randomUUID();
    private final List<List<String>> runs = new ArrayList<>();
    private final StringRedisTemplate redis = new StringRedisTemplate() {
        @Override
        @SuppressWarnings("unchecked")
        public <T> T execute(RedisScript<T> script, List<String> keys, Object... arguments) {
            runs.add(keys);
            return script.getResultType() == String.class ? (T) "OK" : (T) List.of("0", "");
        }
    };
    private final WebhookId webhook = new WebhookId("tenant", "wh_1");
    private final EventId event = new EventId(1_795_820_000_123L, 1);
    private final EventSource.Bounds bounds = new EventSource.Bounds(1, 1);

    @Test
    void everyScriptHasAllItsKeysInOneSlot() {
        DeliveryStore store = new RedisDeliveryStore(redis);
        Changes changes = new Changes(
                true, Map.of(), Map.of(), List.of(), Map.of(), List.of(), List.of(), List.of(), "", 0, List.of(), 1, "",
                "", Map.of(), List.of(), Map.of(), List.of());
        store.save(webhook, "token", "", "save", changes);
        store.backlog(webhook, event, Map.of(one, Pointer.at(event), other, Pointer.after(event)));
        attempt(() -> store.take(webhook, "token"));
        attempt(() -> store.events("tenant").after(event, null, bounds));
        attempt(() -> store.events("tenant").ofSession(UUID.randomUUID(), event, true, event, bounds));
        attempt(() -> store.deadEvents(webhook).after(event, event, bounds));
        attempt(() -> store.deadEvents(webhook).ofSession(UUID.randomUUID(), event, false, event, bounds));

        assertThat(runs)
                .hasSize(7)
                .allSatisfy(
                        keys -> assertThat(keys.stream().map(SlotHash::getSlot).distinct())
                                .as("%s", keys)
                                .hasSize(1));
        assertThat(WebhookKeys.all("tenant", "wh_1").stream()
                        .map(SlotHash::getSlot)
                        .distinct())
                .hasSize(1);
    }

    private static void attempt(Runnable call) {
        try {
            call.run();
        } catch (RuntimeException _) {
            // Only the keys matter here.
        }
    }
}
