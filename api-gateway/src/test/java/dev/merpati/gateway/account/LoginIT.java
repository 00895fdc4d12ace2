package dev.merpati.gateway.account;

import static dev.merpati.gateway.account.AccountGateway.PASSWORD;
import static org.assertj.core.api.Assertions.assertThat;

import dev.merpati.gateway.harness.Browser;
import dev.merpati.gateway.harness.GatewayHarness;
import java.util.Locale;
import java.util.Objects;
import org.junit.jupiter.api.Test;

class LoginIT {
    private final GatewayHarness gateway = AccountGateway.get();
    private final String email = AccountGateway.newEmail();

    @Test
    void whoSignsUpCanLogInAndUseTheApiAndLogOut() {
        Browser browser = AccountGateway.browser();
        browser.get("/sessions").leadsTo("/login?next=%2Fsessions");

        browser.submit("/signup", "name", "A Person", "email", email, "password", PASSWORD)
                .leadsTo("/login?signed-up");
        browser.call("GET", "/api/sessions", "").is(401);
        browser.get("/login?signed-up").is(200).says("Almost done");
        browser.post("/login", "email", " " + email.toUpperCase(Locale.ROOT), "password", PASSWORD)
                .leadsTo("/sessions");
        browser.call("GET", "/api/sessions", "").is(200);

        browser.get("/signup").is(200);
        browser.post("/logout").leadsTo("/login?logged-out");
        browser.call("GET", "/api/sessions", "").is(401);
        assertThat(browser.cookies()).doesNotContainKey("merpati");
    }

    @Test
    void aLoginIsGoodAtEveryGateway() {
        Browser browser = AccountGateway.signedUp(email);

        int port = AccountGateway.portOf(gateway.another());
        browser.at(port).call("GET", "/api/sessions", "").is(200);
    }

    @Test
    void aSessionThatWasPlantedIsNotTheOneThatIsLoggedIn() {
        AccountGateway.signedUp(email);
        Browser attacker = AccountGateway.signedUp(AccountGateway.newEmail());
        String planted = Objects.requireNonNull(attacker.cookies().get("merpati"));
        Browser victim = AccountGateway.browser();
        victim.cookies().put("merpati", planted);
        victim.get("/signup").is(200);

        victim.post("/login", "email", email, "password", PASSWORD).leadsTo("/sessions");

        assertThat(victim.cookies().get("merpati")).isNotEqualTo(planted);
        victim.call("GET", "/api/sessions", "").is(200);
        attacker.call("GET", "/api/sessions", "").is(401);
    }

    @Test
    void theOwnerIsToldOfALoginFromAnUnknownBrowserAndOfNoOther() {
        Browser known = AccountGateway.signedUp(email);
        long before = newBrowserMails();
        known.get("/account");
        known.post("/logout");
        AccountGateway.logIn(known, email);
        assertThat(newBrowserMails()).isEqualTo(before);

        Browser other = AccountGateway.browser()
                .with("User-Agent", "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0");
        other.submit("/login", "email", email, "password", "a wrong phrase").is(422);
        assertThat(newBrowserMails()).isEqualTo(before);
        AccountGateway.logIn(other, email);

        assertThat(AccountGateway.mailsTo(email).getFirst().text())
                .contains("Firefox on Linux, address 10.1.", "/forgot-password", " UTC");
        assertThat(newBrowserMails()).isEqualTo(before + 1);
    }

    private long newBrowserMails() {
        return AccountGateway.mailsTo(email).stream()
                .filter(mail -> mail.subject().equals("Login from a new browser"))
                .count();
    }

    @Test
    void aFormWithoutItsTokenIsRefused() {
        Browser browser = AccountGateway.browser();
        browser.get("/login").is(200);
        browser.forgetCsrf();

        browser.post("/login", "email", email, "password", PASSWORD).is(403).says("csrf_token_missing");
        browser.get("/login").is(200);
        browser.forgetCsrf();
        browser.post("/login", "email", email, "password", PASSWORD).is(403);
        browser.get("/login").is(200);
    }
}
