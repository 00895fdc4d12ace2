package dev.merpati.gateway.harness;

import org.jspecify.annotations.Nullable;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.test.web.reactive.server.WebTestClient;

/** The one gateway that all tests use which need no settings of their own; ends with the JVM. */
public final class SharedGateway {
    /** So that a busy machine is not taken for a WhatsApp that is slow; see {@link #impatient}. */
    private static final GatewayHarness GATEWAY = GatewayHarness.start(
            GatewayHarness.PATIENT_WITH_KAFKA,
            "--merpati.gateway.send-timeout=20s",
            "--merpati.gateway.number-check-timeout=5s",
            "--merpati.gateway.event-streams.max-per-tenant=20");

    private static @Nullable ConfigurableApplicationContext impatient;

    private SharedGateway() {}

    /** A client of the tenant, of another gateway beside it that waits half a second for an acknowledgement. */
    public static synchronized WebTestClient impatient(GatewayHarness.Tenant tenant) {
        ConfigurableApplicationContext gateway = impatient;
        if (gateway == null) {
            gateway = GATEWAY.startAnother("--merpati.gateway.send-timeout=500ms");
            impatient = gateway;
        }
        return GatewayHarness.client(gateway, tenant);
    }

    /** The gateway, its worker back to good behaviour. */
    public static GatewayHarness get() {
        GATEWAY.worker().reset();
        return GATEWAY;
    }
}
