package dev.merpati.gateway.account;

import static dev.merpati.gateway.account.AccountGateway.PASSWORD;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.merpati.gateway.harness.Browser;
import dev.merpati.gateway.harness.GatewayHarness;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.regex.MatchResult;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.springframework.context.ConfigurableApplicationContext;

class SecondFactorIT {
    private static final Pattern SECRET = Pattern.compile("id=\"totp-secret\">([A-Z2-7]+)<");
    private static final Pattern RECOVERY_CODE = Pattern.compile("<li>([A-Z2-7]{4}(?:-[A-Z2-7]{4}){5})</li>");
    private static final long STEP = 30;
    private static final String BASE32 = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";

    private final String email = AccountGateway.newEmail();
    private byte[] secret = new byte[0];
    private String confirmedBy = "";
    private List<String> recoveryCodes = List.of();

    @Test
    void aLoginNeedsACodeAndTakesEachOnlyOnce() {
        AccountGateway.get();
        Browser owner = enrolled();
        owner.call("GET", "/api/sessions", "").is(200);
        Browser browser = passwordGiven();
        browser.call("GET", "/api/sessions", "").is(401);

        String next = codeIn(1);
        browser.submit("/login/second-factor?next=%2Faccount", "code", "000000").is(422);
        browser.post("/login/second-factor", "code", confirmedBy).is(422);
        browser.post("/login/second-factor", "code", next.substring(0, 3) + " " + next.substring(3), "next", "/account")
                .leadsTo("/account");
        browser.call("GET", "/api/sessions", "").is(200);

        Browser replaying = passwordGiven();
        long before = codesUsedTwice();
        replaying.submit("/login/second-factor", "code", "000000").is(422);
        assertThat(codesUsedTwice()).isEqualTo(before);
        replaying.post("/login/second-factor", "code", next).is(422);
        assertThat(codesUsedTwice()).isEqualTo(before + 1);
        assertThat(AccountGateway.audited(email))
                .contains("second-factor.on", "login.refused", "second-factor.code-used-twice");
        assertThat(AccountGateway.mailsTo(email))
                .anyMatch(mail -> mail.subject().equals("Login from a new browser"));
    }

    @Test
    void aRecoveryCodeReplacesThePhoneOnce() {
        AccountGateway.get();
        enrolled();
        assertThat(recoveryCodes).hasSize(10).doesNotHaveDuplicates();

        Browser browser = passwordGiven();
        browser.submit(
                        "/login/second-factor",
                        "code",
                        recoveryCodes.getFirst().toLowerCase(Locale.ROOT).replace('-', ' '))
                .leadsTo("/sessions");
        passwordGiven()
                .submit("/login/second-factor", "code", recoveryCodes.getFirst())
                .is(422);

        browser.get("/account/second-factor").says("9 recovery codes");
        browser.post("/account/second-factor/off", "password", "a wrong phrase").is(422);
        browser.post("/account/second-factor/off", "password", PASSWORD).leadsTo("/account?done=factor-off");
        AccountGateway.logIn(AccountGateway.browser(), email);
    }

    @Test
    void turningItOnNeedsThePasswordAndACodeAndEndsOtherSessions() {
        AccountGateway.get();
        Browser owner = AccountGateway.signedUp(email);
        Browser other = AccountGateway.browser();
        AccountGateway.logIn(other, email);
        owner.submit("/account/second-factor", "password", "a wrong phrase").is(422);
        owner.post("/account/second-factor", "password", PASSWORD).leadsTo("/account/second-factor");
        owner.submit("/account/second-factor", "code", "x");

        owner.post("/account/second-factor/confirm", "code", "000000").is(422).says("This code is not right");

        AccountGateway.logIn(AccountGateway.browser(), email);
        secret = secretIn(owner.get("/account/second-factor"));
        owner.post("/account/second-factor/confirm", "code", codeIn(0)).is(200).says("Two-step login is on");
        other.call("GET", "/api/sessions", "").is(401);
        owner.call("GET", "/api/sessions", "").is(200);
    }

    @Test
    void aBrowserWithoutAPasswordIsNotAskedForACode() {
        AccountGateway.get();
        Browser browser = AccountGateway.browser();
        browser.get("/login/second-factor").leadsTo("/login?expired");
        browser.get("/login");
        browser.post("/login/second-factor", "code", "123456").leadsTo("/login?expired");
    }

    @Test
    void theOperatorHelpsWhoHasLostPhoneAndCodes() {
        GatewayHarness gateway = AccountGateway.get();
        String key = "an operator key that only tests use";
        Browser owner = enrolled();
        String tenantId = Objects.requireNonNull(
                gateway.context().getBean(EmailIndex.class).find(email).block());
        String path = "/operator/tenants/" + tenantId + "/second-factor";
        try (ConfigurableApplicationContext operated =
                gateway.startAnother("--merpati.operator-key=" + key, "--merpati.accounts.show-mails=true")) {
            Browser operator = new Browser(AccountGateway.portOf(operated));
            operator.call("DELETE", path, "").is(401);
            operator.with("X-Operator-Key", key);

            operator.call("DELETE", path, "").is(200);

            operator.call("DELETE", path, "").is(404).says("second_factor_not_found");
            operator.call("DELETE", "/operator/tenants/acme/second-factor", "").is(409);
            operator.call("DELETE", "/operator/tenants/nobody/second-factor", "")
                    .is(404);
            operator.call("GET", "/operator/audit", "")
                    .is(200)
                    .says("second-factor.reset")
                    .says(tenantId);
            operator.call("GET", "/operator/tenants/" + tenantId + "/audit", "").says("second-factor.reset");
            assertThat(operated.getBean(Outbox.class).shown()).anySatisfy(mail -> {
                assertThat(mail.to()).isEqualTo(email);
                assertThat(mail.subject()).isEqualTo("Two-step login was turned off by the operator");
            });
        }
        await().atMost(Duration.ofSeconds(15))
                .untilAsserted(() -> owner.call("GET", "/api/sessions", "").is(401));
        AccountGateway.logIn(AccountGateway.browser(), email);
    }

    private long codesUsedTwice() {
        return AccountGateway.mailsTo(email).stream()
                .filter(mail -> mail.subject().equals("A code was used twice"))
                .count();
    }

    private Browser enrolled() {
        Browser owner = AccountGateway.signedUp(email);
        owner.submit("/account/second-factor", "password", PASSWORD).leadsTo("/account/second-factor");
        Browser.Page page = owner.get("/account/second-factor").is(200).says("data:image/png;base64,");
        secret = secretIn(page);
        confirmedBy = codeIn(0);
        Browser.Page on = owner.post("/account/second-factor/confirm", "code", confirmedBy)
                .is(200);
        recoveryCodes = RECOVERY_CODE
                .matcher(on.body())
                .results()
                .map((MatchResult found) -> found.group(1))
                .toList();
        return owner;
    }

    private Browser passwordGiven() {
        Browser browser = AccountGateway.browser();
        browser.submit("/login", "email", email, "password", PASSWORD).leadsTo("/login/second-factor?next=%2Fsessions");
        return browser;
    }

    private String codeIn(int steps) {
        return Totp.codeOf(secret, Instant.now().plusSeconds(steps * STEP));
    }

    private static byte[] secretIn(Browser.Page page) {
        Matcher matcher = SECRET.matcher(page.body());
        assertThat(matcher.find()).as(page.body()).isTrue();
        String text = matcher.group(1);
        byte[] bytes = new byte[text.length() * 5 / 8];
        int bits = 0;
        int waiting = 0;
        int at = 0;
        for (int i = 0; i < text.length(); i++) {
            bits = ((bits << 5) | BASE32.indexOf(text.charAt(i))) & 0xFFFF;
            waiting += 5;
            if (waiting >= 8) {
                waiting -= 8;
                bytes[at++] = (byte) (bits >> waiting);
            }
        }
        return bytes;
    }
}
