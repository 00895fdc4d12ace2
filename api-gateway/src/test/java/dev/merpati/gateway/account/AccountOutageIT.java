package dev.merpati.gateway.account;

import static dev.merpati.gateway.account.AccountGateway.PASSWORD;
import static org.awaitility.Awaitility.await;

import dev.merpati.gateway.harness.Browser;
import dev.merpati.gateway.harness.GatewayHarness;
import java.util.Arrays;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** What pages answer while Redis is away, and that the initial account is made once it is there. */
class AccountOutageIT {
    private static final String KEY_ID = "abcdefghijkl";

    @Test
    void pagesAnswer503WhileRedisIsAwayAndServeAgainAfterwards() {
        String[] settings = Stream.concat(
                        Arrays.stream(AccountGateway.SETTINGS),
                        Stream.of(
                                "--merpati.accounts.initial.tenant-id=demo",
                                "--merpati.accounts.initial.email=demo@example.com",
                                "--merpati.accounts.initial.password=" + PASSWORD,
                                "--merpati.accounts.initial.plan=starter",
                                "--merpati.accounts.initial.api-key-id=" + KEY_ID,
                                "--merpati.accounts.initial.api-key-hash=" + "0".repeat(64)))
                .toArray(String[]::new);
        try (GatewayHarness gateway = GatewayHarness.start(settings)) {
            Browser browser = new Browser(gateway.port());
            await().untilAsserted(() -> logIn(browser).leadsTo("/sessions"));
            browser.get("/account").is(200).says("demo@example.com");
            browser.post("/account/password", "current-password", PASSWORD, "new-password", "quite another phrase")
                    .leadsTo("/account?done=password");

            gateway.services().stopRedis();
            await().untilAsserted(() -> browser.get("/account").is(503).says("briefly unavailable"));
            browser.get("/login").is(503);
            Browser stranger = new Browser(gateway.port());
            stranger.get("/login").is(200);
            stranger.post("/login", "email", "demo@example.com", "password", PASSWORD)
                    .is(503);
            stranger.post("/signup", "name", "A", "email", "a@example.com", "password", PASSWORD)
                    .is(503);
            stranger.post("/forgot-password", "email", "demo@example.com").is(503);

            gateway.services().startRedis();
            await().untilAsserted(() -> stranger.submit(
                            "/signup", "name", "A", "email", "b@example.com", "password", PASSWORD)
                    .leadsTo("/login?signed-up"));
            try (var restarted = gateway.startAnother(settings)) {
                Browser again = new Browser(AccountGateway.portOf(restarted));
                logIn(again).is(422);
                again.post("/login", "email", "demo@example.com", "password", "quite another phrase")
                        .leadsTo("/sessions");
            }
        }
    }

    private static Browser.Page logIn(Browser browser) {
        return browser.submit("/login", "email", "demo@example.com", "password", PASSWORD);
    }
}
