package dev.merpati.gateway.account;

import static dev.merpati.gateway.account.AccountGateway.PASSWORD;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.merpati.gateway.harness.Browser;
import dev.merpati.gateway.harness.GatewayHarness;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.security.crypto.argon2.Argon2PasswordEncoder;

class PasswordIT {
    private static final String OTHER = "quite another phrase";

    private final GatewayHarness gateway = AccountGateway.get();
    private final String email = AccountGateway.newEmail();

    @Test
    void aNewPasswordEndsEveryOtherSessionOnEveryGateway() {
        Browser mine = AccountGateway.signedUp(email);
        Browser others = AccountGateway.browser();
        AccountGateway.logIn(others, email);
        ConfigurableApplicationContext second = gateway.another();
        Browser atSecond = others.at(AccountGateway.portOf(second));
        atSecond.call("GET", "/api/sessions", "").is(200);

        mine.get("/account").is(200);
        mine.post("/account/password", "current-password", PASSWORD, "new-password", OTHER)
                .leadsTo("/account?done=password");

        mine.call("GET", "/api/sessions", "").is(200);
        await().atMost(Duration.ofSeconds(15))
                .untilAsserted(() -> atSecond.call("GET", "/api/sessions", "").is(401));
        others.get("/account").leadsTo("/login?expired&next=%2Faccount");
        others.get("/login?expired&next=%2Faccount").says("Your session has ended");
        others.call("GET", "/api/sessions", "").is(401);
        Browser again = AccountGateway.browser();
        again.submit("/login", "email", email, "password", PASSWORD).is(422);
        again.post("/login", "email", email, "password", OTHER).leadsTo("/sessions");
        assertThat(AccountGateway.audited(email))
                .contains("account.created", "login", "login.refused", "password.changed");
    }

    @Test
    void aChangeNeedsTheCurrentPassword() {
        Browser browser = AccountGateway.signedUp(email);
        browser.get("/account").is(200);

        browser.post("/account/password", "current-password", "a wrong phrase", "new-password", OTHER)
                .is(422)
                .says("This is not the password of the account");
        browser.post("/account/password", "current-password", PASSWORD, "new-password", "password1234")
                .is(422)
                .says("easily guessed");
        browser.post("/account/delete", "delete-password", "a wrong phrase").is(422);
        browser.call("GET", "/api/sessions", "").is(200);
    }

    /** Of a release that took shorter ones, and hashed them without a pepper. */
    @Test
    void anOlderPasswordGoesOnWorkingIsHashedAnewAndItsOwnerIsAdvised() {
        AccountGateway.signedUp(email);
        AccountStore accounts = gateway.context().getBean(AccountStore.class);
        Account account = Objects.requireNonNull(accounts.findByEmail(email).block());
        String old = Objects.requireNonNull(new Argon2PasswordEncoder(16, 32, 1, 7168, 1).encode("0ld & short"));
        LinkedHashMap<String, String> change = new LinkedHashMap<>();
        change.put(Account.PASSWORD, old);
        accounts.change(account.tenantId(), Account.PASSWORD, account.passwordHash(), change)
                .block();
        Browser browser = AccountGateway.browser();

        browser.submit("/login", "email", email, "password", "0ld & short").leadsTo("/account?done=password-weak");

        browser.get("/account?done=password-weak").is(200).says("choose another one");
        String renewed =
                Objects.requireNonNull(accounts.findByEmail(email).block()).passwordHash();
        assertThat(renewed).isNotEqualTo(old).doesNotStartWith("$");
        browser.post("/logout");
        browser.submit("/login?next=%2Fusage", "email", email, "password", "0ld & short", "next", "/usage")
                .leadsTo("/usage");
    }

    @Test
    void aForgottenPasswordIsSetByALinkThatWorksOnce() {
        Browser loggedIn = AccountGateway.signedUp(email);
        Browser browser = AccountGateway.browser();

        browser.submit("/forgot-password", "email", email).is(200).says("If there is an account");
        String link = AccountGateway.linkFor(email);
        String token = link.substring(link.indexOf('=') + 1);
        browser.get(link).is(200);
        browser.post("/reset-password", "token", token, "password", "short").is(422);
        browser.post("/reset-password", "token", token, "password", "password1234")
                .is(422)
                .says("easily guessed");
        browser.post("/reset-password", "token", token, "password", OTHER).leadsTo("/login?reset");

        loggedIn.call("GET", "/api/sessions", "").is(401);
        browser.get(link).is(410);
        browser.get("/login").is(200);
        browser.post("/reset-password", "token", token, "password", PASSWORD).is(410);
        browser.post("/login", "email", email, "password", OTHER).leadsTo("/sessions");
    }

    @Test
    void aLinkIsReplacedByTheNextOneAndIsGoodForItsAccountOnly() {
        AccountGateway.signedUp(email);
        String otherEmail = AccountGateway.newEmail();
        AccountGateway.signedUp(otherEmail);
        Browser browser = AccountGateway.browser();
        browser.submit("/forgot-password", "email", email);
        String first = AccountGateway.linkFor(email);
        browser.submit("/forgot-password", "email", email);
        await().until(() -> !AccountGateway.linkFor(email).equals(first));
        browser.submit("/forgot-password", "email", otherEmail);
        String second = AccountGateway.linkFor(email);
        String others = AccountGateway.linkFor(otherEmail);

        browser.get(first).is(410);
        browser.get(second.substring(0, second.indexOf('.')) + others.substring(others.indexOf('.')))
                .is(410);
        browser.get("/reset-password?token=nonsense").is(410);
        browser.get("/reset-password").is(410);
        browser.get(second).is(200);
    }
}
