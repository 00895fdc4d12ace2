package dev.merpati.gateway.account;

import static dev.merpati.gateway.account.AccountGateway.PASSWORD;
import static org.assertj.core.api.Assertions.assertThat;

import dev.merpati.gateway.harness.Browser;
import dev.merpati.gateway.harness.GatewayHarness;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.springframework.context.ConfigurableApplicationContext;

class GuessingIT {
    /** The first of them is the owner's own first login. */
    private static final int TRIES = 10;

    private final GatewayHarness gateway = AccountGateway.get();
    private final String email = AccountGateway.newEmail();

    @Test
    void strangersRunOutOfTriesAndTheOwnersBrowserDoesNot() {
        Browser owners = AccountGateway.signedUp(email);
        owners.get("/account");
        owners.post("/logout").leadsTo("/login?logged-out");

        guess(gateway.port(), TRIES - 1);

        Browser stranger = AccountGateway.browser();
        Browser.Page refused = stranger.submit("/login", "email", email, "password", PASSWORD);
        refused.is(429).says("too_many_attempts");
        assertThat(Integer.parseInt(refused.header("Retry-After"))).isBetween(1, 900);
        owners.submit("/login", "email", email, "password", PASSWORD).leadsTo("/sessions");
    }

    @Test
    void allGatewaysCountTogether() {
        AccountGateway.signedUp(email);
        ConfigurableApplicationContext second = gateway.another();
        guess(gateway.port(), TRIES / 2);
        guess(AccountGateway.portOf(second), TRIES - 1 - TRIES / 2);

        AccountGateway.browser(AccountGateway.portOf(second))
                .submit("/login", "email", email, "password", PASSWORD)
                .is(429);
    }

    @Test
    void whoeverReadsTheMailGetsInWithANewPasswordWhileStrangersGuess() {
        AccountGateway.signedUp(email);
        guess(gateway.port(), TRIES - 1);
        Browser newBrowser = AccountGateway.browser();
        newBrowser.submit("/forgot-password", "email", email).is(200);
        String link = AccountGateway.linkFor(email);

        newBrowser.get(link).is(200);
        newBrowser
                .post(
                        "/reset-password",
                        "token",
                        link.substring(link.indexOf('=') + 1),
                        "password",
                        "quite another phrase")
                .leadsTo("/login?reset");
        newBrowser
                .submit("/login", "email", email, "password", "quite another phrase")
                .leadsTo("/sessions");
    }

    @Test
    void aKnownBrowserRunsOutOfItsOwnTriesToo() {
        Browser thief = AccountGateway.signedUp(email);
        thief.get("/account");
        thief.post("/logout");
        thief.get("/login");

        long refused = IntStream.range(0, TRIES + 2)
                .mapToObj(number -> thief.post("/login", "email", email, "password", "guess number " + number))
                .filter(page -> page.status() == 429)
                .count();

        assertThat(refused).isPositive();
    }

    @Test
    void aDeviceCookieIsGoodForItsAccountOnlyAndCannotBeMadeUp() {
        Browser attacker = AccountGateway.signedUp(AccountGateway.newEmail());
        AccountGateway.signedUp(email);
        guess(gateway.port(), TRIES - 1);
        attacker.get("/account");
        attacker.post("/logout");

        attacker.submit("/login", "email", email, "password", PASSWORD).is(429);
        attacker.cookies().put("merpati-device", "1795000000.0011223344556677889900aa.AAAA");
        attacker.post("/login", "email", email, "password", PASSWORD).is(429);
    }

    @Test
    void anAddressRunsOutOfTriesWhateverItWritesIntoItsHeaders() {
        try (ConfigurableApplicationContext strict = gateway.startAnother(
                "--merpati.accounts.limits.logins-per-address=3",
                "--merpati.accounts.hashing.memory=7168",
                "--merpati.accounts.limits.resets-per-address=2",
                "--merpati.gateway.trusted-proxies=10.0.0.0/8")) {
            int port = AccountGateway.portOf(strict);
            Browser browser = new Browser(port);
            browser.get("/login");

            assertThat(IntStream.range(0, 5)
                            .mapToObj(number -> browser.with("X-Forwarded-For", "203.0.113." + number)
                                    .post("/login", "email", number + email, "password", "a guess, " + number))
                            .map(Browser.Page::status))
                    .containsExactly(422, 422, 422, 429, 429);
            assertThat(IntStream.range(0, 3)
                            .mapToObj(number -> browser.post("/forgot-password", "email", number + email))
                            .map(Browser.Page::status))
                    .containsExactly(200, 200, 429);
        }
    }

    private void guess(int port, int times) {
        for (int i = 0; i < times; i++) {
            AccountGateway.browser(port)
                    .submit("/login", "email", email, "password", "guess number " + i)
                    .is(422);
        }
    }
}
