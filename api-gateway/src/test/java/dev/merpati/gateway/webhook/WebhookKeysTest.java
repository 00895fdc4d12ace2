package dev.merpati.gateway.webhook;

import static org.assertj.core.api.Assertions.assertThat;

import dev.merpati.gateway.event.EventSettings;
import dev.merpati.gateway.harness.RecordingRedis;
import dev.merpati.gateway.webhook.WebhookStore.Stored;
import dev.merpati.gateway.webhook.WebhookStore.Switch;
import dev.merpati.model.event.EventId;
import dev.merpati.model.webhook.Replay;
import dev.merpati.model.webhook.Webhook;
import dev.merpati.model.webhook.WebhookKeys;
import io.lettuce.core.cluster.SlotHash;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class WebhookKeysTest {
    private static final Webhook WEBHOOK = new Webhook(
            "wh_1", "https://a.example", List.of(), List.of(), null, Map.of(), List.of(), Instant.EPOCH, true, null);
    private static final Replay REPLAY =
            new Replay("rp_1", new EventId(1, 1), new EventId(2, 2), List.of(), false, Instant.EPOCH, null);

    private final RecordingRedis redis = new RecordingRedis();
    private final WebhookStore store = new WebhookStore(redis, new EventSettings(4));

    @Test
    void aWebhookAndWhatBelongsToItIsInOneSlot() {
        store.replace("acme", new Stored(WEBHOOK, "{}"), WEBHOOK, Switch.NONE)
                .then(store.remove("acme", "wh_1"))
                .then(store.addReplay("acme", "wh_1", REPLAY, 1))
                .block();

        redis.assertEachRunHadOneSlot(3);
    }

    @Test
    void noticesAndTheirClaimsAreInOneSlot() {
        assertThat(SlotHash.getSlot(DisabledNotices.CLAIMS)).isEqualTo(SlotHash.getSlot(WebhookKeys.DISABLED_NOTICES));
    }
}
