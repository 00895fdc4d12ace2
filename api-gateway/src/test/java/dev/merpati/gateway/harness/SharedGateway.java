package dev.merpati.gateway.harness;

/** The one gateway that all tests use which need no settings of their own; ends with the JVM. */
public final class SharedGateway {
    private static final GatewayHarness GATEWAY = GatewayHarness.start(
            "--merpati.gateway.send-timeout=3s",
            "--merpati.gateway.number-check-timeout=5s",
            "--merpati.gateway.event-streams.max-per-tenant=20");

    private SharedGateway() {}

    /** The gateway, its worker back to good behaviour. */
    public static GatewayHarness get() {
        GATEWAY.worker().reset();
        return GATEWAY;
    }
}
