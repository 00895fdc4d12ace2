package dev.merpati.gateway.account;

import static dev.merpati.gateway.account.AccountGateway.PASSWORD;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.merpati.gateway.auth.TenantKeys;
import dev.merpati.gateway.harness.Browser;
import dev.merpati.gateway.harness.GatewayHarness;
import dev.merpati.gateway.tenant.TenantRecords;
import dev.merpati.gateway.tenant.TenantSettings;
import java.time.Clock;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.data.redis.core.ReactiveStringRedisTemplate;

class SignUpIT {
    private final GatewayHarness gateway = AccountGateway.get();
    private final String email = AccountGateway.newEmail();

    @Test
    void saysTheSameWhetherTheAddressHasAnAccountOrNot() {
        AccountGateway.signedUp(email);
        Browser browser = AccountGateway.browser();
        browser.get("/signup");
        double before = AccountGateway.hashes(gateway.context());

        Browser.Page taken = browser.post("/signup", "name", "B", "email", email, "password", "another long phrase");
        double between = AccountGateway.hashes(gateway.context());
        Browser.Page free = browser.post(
                "/signup", "name", "B", "email", AccountGateway.newEmail(), "password", "another long phrase");

        assertSame(taken, free);
        assertThat(between - before)
                .isEqualTo(AccountGateway.hashes(gateway.context()) - between)
                .isEqualTo(1);
        browser.get("/login");
        browser.post("/login", "email", email, "password", "another long phrase")
                .is(422);
        browser.post("/login", "email", email, "password", PASSWORD).leadsTo("/sessions");
    }

    @Test
    void aLoginSaysTheSameWhetherThereIsAnAccountOrNot() {
        AccountGateway.signedUp(email);
        Browser browser = AccountGateway.browser();
        browser.get("/login");
        double before = AccountGateway.hashes(gateway.context());

        Browser.Page wrong = browser.post("/login", "email", email, "password", "a wrong phrase");
        double between = AccountGateway.hashes(gateway.context());
        Browser.Page unknown = browser.post("/login", "email", "x" + email, "password", "a wrong phrase");

        assertThat(wrong.status()).isEqualTo(422).isEqualTo(unknown.status());
        assertThat(plain(wrong).replace(email, "")).isEqualTo(plain(unknown).replace("x" + email, ""));
        assertThat(between - before)
                .isEqualTo(AccountGateway.hashes(gateway.context()) - between)
                .isEqualTo(1);
        assertSame(
                browser.post("/forgot-password", "email", email),
                browser.post("/forgot-password", "email", "x" + email));
    }

    private static void assertSame(Browser.Page one, Browser.Page other) {
        assertThat(one.status()).isEqualTo(other.status());
        assertThat(plain(one)).isEqualTo(plain(other));
        assertThat(one.response().headers().map().keySet())
                .isEqualTo(other.response().headers().map().keySet());
        for (String header : List.of("Location", "Content-Length", "Cache-Control")) {
            assertThat(one.header(header)).isEqualTo(other.header(header));
        }
    }

    /** The CSRF token is masked anew on each page. */
    private static String plain(Browser.Page page) {
        return page.body().replaceAll("(value|content)=\"[A-Za-z0-9_-]{60,}=*\"", "");
    }

    @Test
    void ofManySignUpsAtOnceOneMakesTheAccount() {
        ReactiveStringRedisTemplate redis = gateway.context().getBean(ReactiveStringRedisTemplate.class);
        long before = Objects.requireNonNull(
                redis.opsForZSet().size(TenantRecords.INDEX).block());
        List<Browser> browsers = IntStream.range(0, 6)
                .mapToObj(number -> AccountGateway.browser())
                .toList();
        browsers.forEach(browser -> browser.get("/signup").is(200));

        List<CompletableFuture<Browser.Page>> pages = browsers.stream()
                .map(browser -> CompletableFuture.supplyAsync(
                        () -> browser.post("/signup", "name", "A", "email", email, "password", PASSWORD)))
                .toList();

        pages.forEach(page -> page.join().leadsTo("/login?signed-up"));
        assertThat(redis.opsForZSet().size(TenantRecords.INDEX).block()).isEqualTo(before + 1);
        AccountGateway.logIn(AccountGateway.browser(), email);
    }

    @Test
    void aClaimWhoseAccountWasNeverWrittenLapses() {
        ReactiveStringRedisTemplate redis = gateway.context().getBean(ReactiveStringRedisTemplate.class);
        EmailIndex emails = gateway.context().getBean(EmailIndex.class);
        assertThat(emails.claim(email, "tdead").block()).isTrue();
        assertThat(redis.getExpire(EmailIndex.tag(email)).block()).isPositive();
        redis.delete(EmailIndex.tag(email)).block();

        AccountGateway.signedUp(email);

        assertThat(emails.confirm(email, "tdead").block()).isFalse();
        assertThat(redis.getExpire(EmailIndex.tag(email)).block()).isZero();
    }

    @Test
    void showsAScriptInANameAsText() {
        Browser browser = AccountGateway.browser();
        browser.submit("/signup", "name", "<script>alert(1)</script>", "email", email, "password", PASSWORD)
                .leadsTo("/login?signed-up");
        AccountGateway.logIn(browser, email);

        assertThat(browser.get("/account").is(200).body())
                .contains("&lt;script&gt;alert(1)&lt;/script&gt;")
                .doesNotContain("<script>alert");
    }

    @ParameterizedTest
    @CsvSource({
        "'', person@example.com, a long enough phrase, Enter a name",
        "A, person.example.com, a long enough phrase, Enter an e-mail address",
        "A, p\u00e9rson@example.com, a long enough phrase, Enter an e-mail address",
        "A, person@example.com, short, too short",
        "A, person@example.com, elevenchars, too short",
        "A, person@example.com, Password1234, easily guessed",
        "A, person@example.com, Person@Example.com, is your e-mail address",
        "Toko Maju Jaya, person@example.com, toko maju jaya, easily guessed"
    })
    void namesWhatIsWrong(String name, String address, String password, String said) {
        Browser.Page page =
                AccountGateway.browser().submit("/signup", "name", name, "email", address, "password", password);

        page.is(422).says(said);
        assertThat(page.body()).doesNotContain(password.equals("short") ? "value=\"short\"" : "value=\"" + password);
    }

    @Test
    void refusesWhatIsTooLongOrNoUtf8() {
        Browser browser = AccountGateway.browser();
        browser.get("/signup");

        browser.post("/signup", "name", "A", "email", email, "password", "\uD83D\uDD11".repeat(129))
                .is(422);
        browser.post("/signup", "name", "n".repeat(101), "email", email, "password", PASSWORD)
                .is(422);
        browser.post("/signup", "name", "n".repeat(70_000), "email", email, "password", PASSWORD)
                .is(413);
        browser.postRaw("/signup", "name=%ff&email=x").is(400);
        browser.postRaw("/signup", "name=%f").is(400);
        browser.post("/signup", "name", "A", "email", email, "password", "\uD83D\uDD11".repeat(5) + " a key!")
                .leadsTo("/login?signed-up");
    }

    @Test
    void aPasswordIsTheSameHoweverItsAccentsAreTyped() {
        Browser browser = AccountGateway.browser();
        browser.submit("/signup", "name", "A", "email", email, "password", "caf\u00e9 caf\u00e9 caf\u00e9")
                .leadsTo("/login?signed-up");

        browser.submit("/login", "email", email, "password", "cafe\u0301 cafe\u0301 cafe\u0301")
                .leadsTo("/sessions");
    }

    @Test
    void isClosedUnlessItIsOpened() {
        try (var closed = gateway.startAnother("--merpati.gateway.trusted-proxies=127.0.0.1")) {
            Browser browser = AccountGateway.browser(AccountGateway.portOf(closed));

            browser.get("/signup").is(404).says("sign_up_closed");
            browser.get("/mails").is(404);
            assertThat(browser.get("/login").is(200).body()).doesNotContain("/signup");
            browser.post("/signup", "name", "A", "email", email, "password", PASSWORD)
                    .is(404);
        }
    }

    /** Whether there is such a plan is known when the rest of the settings is. */
    @Test
    void refusesAPlanThatThereIsNot() {
        ConfigurableApplicationContext context = gateway.context();
        TenantSettings tenants = context.getBean(TenantSettings.class);
        AccountSettings open = new AccountSettings(
                true,
                "gold",
                "http://localhost",
                "a",
                false,
                null,
                List.of(),
                new AccountSettings.Hashing(7_168, 1, 1, 0),
                new AccountSettings.Limits(1, 1, 1, 1, 1));

        assertThatThrownBy(() -> new SignUp(
                        context.getBean(AccountStore.class),
                        context.getBean(PasswordRules.class),
                        context.getBean(Passwords.class),
                        context.getBean(Attempts.class),
                        context.getBean(AccountMails.class),
                        context.getBean(AccountAudit.class),
                        open,
                        tenants,
                        Clock.systemUTC()))
                .hasMessageStartingWith("merpati.accounts.plan is 'gold', allowed are the names under merpati.plans");
        assertThatThrownBy(() -> initial("new", "gold", context))
                .hasMessageStartingWith("merpati.accounts.initial.plan is 'gold', allowed are the names under");
        assertThatThrownBy(() -> initial("acme", "starter", context))
                .hasMessageStartingWith("merpati.accounts.initial.tenant-id is 'acme', which is a tenant under");
    }

    private static InitialAccount initial(String tenantId, String plan, ConfigurableApplicationContext context) {
        return new InitialAccount(
                new InitialAccountSettings(tenantId, "A", "a@m.example", "a long enough phrase", plan, null, null),
                context.getBean(TenantSettings.class),
                context.getBean(AccountStore.class),
                context.getBean(PasswordRules.class),
                context.getBean(Passwords.class),
                context.getBean(TenantKeys.class),
                context.getBean(AccountAudit.class),
                Clock.systemUTC());
    }
}
