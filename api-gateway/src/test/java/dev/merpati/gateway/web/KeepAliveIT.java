package dev.merpati.gateway.web;

import dev.merpati.gateway.harness.Browser;
import dev.merpati.gateway.harness.GatewayHarness;
import dev.merpati.gateway.harness.SharedGateway;
import org.junit.jupiter.api.Test;

class KeepAliveIT {
    private static final int PAGES = 150;

    /** Both pages need nothing of Redis; a browser asks for them over one connection. */
    @Test
    void aConnectionGoesOnAfterAPageThatWasAnsweredAtOnce() {
        GatewayHarness gateway = SharedGateway.get();
        Browser browser = new Browser(gateway.port());

        for (int i = 0; i < PAGES; i++) {
            browser.get("/login").is(200);
            browser.get("/").is(200);
        }
    }
}
