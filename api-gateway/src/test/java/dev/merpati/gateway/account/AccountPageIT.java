package dev.merpati.gateway.account;

import static dev.merpati.gateway.account.AccountGateway.PASSWORD;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.merpati.gateway.harness.Browser;
import dev.merpati.gateway.harness.GatewayHarness;
import dev.merpati.gateway.harness.TestJson;
import dev.merpati.gateway.tenant.Tenant;
import dev.merpati.gateway.tenant.TenantRecords;
import java.util.Objects;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.JsonNode;

class AccountPageIT {
    private final GatewayHarness gateway = AccountGateway.get();
    private final String email = AccountGateway.newEmail();

    @Test
    void theExportHasEverythingButSecrets() {
        Browser browser = AccountGateway.signedUp(email);
        browser.get("/account");
        browser.call("POST", "/api/sessions", "{\"sessionName\":\"my session\"}")
                .is(201);

        Browser.Page page = browser.get("/account/export").is(200);

        assertThat(page.header("Content-Disposition")).contains("attachment", "merpati-account.json");
        assertThat(page.header("Cache-Control")).contains("no-store");
        JsonNode all = TestJson.parse(page.body());
        assertThat(all.get("account").get("email").stringValue()).isEqualTo(email);
        assertThat(all.get("sessions").get(0).get("name").stringValue()).isEqualTo("my session");
        assertThat(all.get("logins").get(0).get("address").stringValue()).startsWith("10.1.");
        assertThat(page.body())
                .contains("account.created", "\"keys\"", "\"usage\"")
                .doesNotContain(
                        "argon2", Objects.requireNonNull(browser.cookies().get("merpati")));
    }

    @Test
    void theApiNeedsTheCsrfTokenOfTheConsolesSession() {
        Browser browser = AccountGateway.signedUp(email);
        browser.get("/account").is(200);
        browser.call("POST", "/api/sessions", "{\"sessionName\":\"a\"}").is(201);
        browser.forgetCsrf();

        Browser.Page refused =
                browser.call("POST", "/api/sessions", "{\"sessionName\":\"b\"}").is(403);

        assertThat(TestJson.parse(refused.body()).get("code").stringValue()).isEqualTo("csrf_token_missing");
        assertThat(refused.header("Content-Type")).startsWith("application/json");
    }

    @Test
    void aLoginReachesOnlyItsOwnTenant() {
        Browser other = AccountGateway.signedUp(AccountGateway.newEmail());
        other.get("/account");
        JsonNode created = TestJson.parse(other.call("POST", "/api/sessions", "{\"sessionName\":\"theirs\"}")
                .is(201)
                .body());
        Browser mine = AccountGateway.signedUp(email);

        mine.call("GET", "/api/sessions/" + created.get("sessionId").stringValue(), "")
                .is(403);
        mine.with("X-API-Key", "mk_live_nonsense")
                .call("GET", "/api/sessions", "")
                .is(401);
    }

    @Test
    void aSuspensionEndsTheLoginAtOnce() {
        Browser browser = AccountGateway.signedUp(email);
        TenantRecords tenants = gateway.context().getBean(TenantRecords.class);
        String tenantId = Objects.requireNonNull(
                gateway.context().getBean(EmailIndex.class).find(email).block());

        tenants.changeStatus(tenantId, Tenant.Status.SUSPENDED).block();

        browser.call("GET", "/api/sessions", "").is(401);
        browser.submit("/login", "email", email, "password", PASSWORD).is(403).says("suspended");
        tenants.changeStatus(tenantId, Tenant.Status.ACTIVE).block();
        browser.post("/login", "email", email, "password", PASSWORD).leadsTo("/sessions");
    }

    @Test
    void aDeletedAccountIsGoneAndItsAddressIsFree() {
        Browser browser = AccountGateway.signedUp(email);
        browser.get("/account").is(200);

        browser.post("/account/delete", "delete-password", PASSWORD).leadsTo("/login?deleted");

        browser.call("GET", "/api/sessions", "").is(401);
        browser.submit("/login", "email", email, "password", PASSWORD).is(422);
        EmailIndex emails = gateway.context().getBean(EmailIndex.class);
        await().until(() -> emails.find(email).blockOptional().isEmpty());
        AccountGateway.signedUp(email);
    }

    @Test
    void theAddressAndTheNameCanBeChanged() {
        Browser browser = AccountGateway.signedUp(email);
        String other = AccountGateway.newEmail();
        browser.get("/account");

        browser.post("/account/name", "name", "  New name ").leadsTo("/account?done=name");
        browser.post("/account/email", "email", other, "email-password", "a wrong phrase")
                .is(422);
        browser.post("/account/email", "email", other, "email-password", PASSWORD)
                .leadsTo("/account?done=email");

        browser.get("/account").is(200).says("New name").says(other);
        AccountGateway.logIn(AccountGateway.browser(), other);
        AccountGateway.browser()
                .submit("/login", "email", email, "password", PASSWORD)
                .is(422);
        AccountGateway.signedUp(email);
    }

    /** What a parameter picks a text by. */
    @ParameterizedTest
    @ValueSource(
            strings = {
                "/account?done=x",
                "/account?done=%3Cb%3E",
                "/login?x",
                "/login?notice=x",
                "/sessions?status=x&q=x&offset=x",
                "/messages?session=&status=x",
                "/usage?from=x&to=x",
                "/audit?before=x",
                "/keys?done=x",
                "/docs?lang=x&theme=x",
                "/account/second-factor?done=x"
            })
    void anUnknownValueOfAParameterShowsNoMissingText(String page) {
        Browser browser = page.startsWith("/login") ? AccountGateway.browser() : AccountGateway.signedUp(email);

        assertThat(browser.get(page).is(200).body()).doesNotContainPattern("\\?\\?[\\w.-]+\\?\\?");
    }

    @Test
    void everyPasswordCanBeShownAndANewOneIsRated() {
        Browser browser = AccountGateway.signedUp(email);
        String page = browser.get("/account").is(200).body();

        assertThat(page.split("type=\"password\"", -1)).hasSameSizeAs(page.split("data-reveal=", -1));
        assertThat(page).containsOnlyOnce("data-strength=\"new-password\"").contains("Show: Current password");
        assertThat(AccountGateway.browser().get("/signup").body())
                .containsOnlyOnce("data-strength=\"password\"")
                .containsOnlyOnce("data-reveal=\"password\"");
        assertThat(AccountGateway.browser().get("/login").body())
                .contains("data-reveal")
                .doesNotContain("data-strength");
        Matcher library = Pattern.compile("data-library=\"([^\"]+)\"").matcher(page);
        assertThat(library.find()).isTrue();
        browser.get(library.group(1)).is(200).says("zxcvbn");
    }

    @Test
    void aLogoutInAnotherTabDoesNotBreakAPage() {
        Browser browser = AccountGateway.signedUp(email);
        browser.get("/account");
        String id = Objects.requireNonNull(browser.cookies().get("merpati"));
        browser.post("/logout").leadsTo("/login?logged-out");

        browser.cookies().put("merpati", id);
        browser.get("/account").leadsTo("/login?expired&next=%2Faccount");
        browser.get("/account?lang=id").leadsTo("/login?next=%2Faccount%3Flang%3Did");
        browser.get("/login?next=//evil.example").is(200);
        browser.post("/login", "email", email, "password", PASSWORD, "next", "//evil.example")
                .leadsTo("/sessions");
    }
}
