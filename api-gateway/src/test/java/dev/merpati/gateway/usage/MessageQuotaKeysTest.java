package dev.merpati.gateway.usage;

import dev.merpati.gateway.auth.TenantContext;
import dev.merpati.gateway.harness.RecordingRedis;
import dev.merpati.gateway.settings.GatewaySettings;
import dev.merpati.gateway.tenant.Plan;
import java.time.Clock;
import java.time.Duration;
import org.junit.jupiter.api.Test;

class MessageQuotaKeysTest {
    private static final Duration SOME_TIME = Duration.ofSeconds(1);

    private final RecordingRedis redis = new RecordingRedis();
    private final MessageQuota quota = new MessageQuota(
            redis, new GatewaySettings.Timeouts(SOME_TIME, SOME_TIME, SOME_TIME, SOME_TIME), Clock.systemUTC());

    @Test
    void whatIsCountedAndWhatIsHeldAreInOneSlot() {
        TenantContext tenant = new TenantContext("acme", "key", new Plan(1, 1, 1, null), "request");

        quota.reserve(tenant, MessageQuota.Kind.TEXT)
                .flatMap(hold -> quota.settle(hold, MessageQuota.Result.SENT))
                .block();

        redis.assertEachRunHadOneSlot(2);
    }
}
