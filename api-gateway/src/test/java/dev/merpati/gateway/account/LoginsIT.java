package dev.merpati.gateway.account;

import static dev.merpati.gateway.account.AccountGateway.PASSWORD;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.merpati.gateway.harness.Browser;
import dev.merpati.gateway.harness.GatewayHarness;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Objects;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.data.redis.core.ReactiveStringRedisTemplate;

/** The list of one's logins, and ending them. */
class LoginsIT {
    private static final Pattern HANDLE = Pattern.compile("name=\"login\" value=\"([0-9a-f]{32})\"");
    private static final String FIREFOX =
            "Mozilla/5.0 (Windows NT 10.0; Win64; x64; rv:140.0) Gecko/20100101 Firefox/140.0";
    private static final int MOST = 20;

    private final GatewayHarness gateway = AccountGateway.get();
    private final ReactiveStringRedisTemplate redis = gateway.context().getBean(ReactiveStringRedisTemplate.class);
    private final String email = AccountGateway.newEmail();

    @Test
    void oneLoginIsEndedOnEveryGatewayWithItsNextRequest() {
        Browser mine = AccountGateway.signedUp(email);
        Browser lost = AccountGateway.browser().with("User-Agent", FIREFOX);
        AccountGateway.logIn(lost, email);
        ConfigurableApplicationContext second = gateway.another();
        Browser lostAtSecond = lost.at(AccountGateway.portOf(second));
        lostAtSecond.call("GET", "/api/sessions", "").is(200);
        Browser.Page page =
                mine.get("/account").is(200).says("Firefox on Windows").says("this one");
        assertThat(page.body()).contains("From 10.1.").doesNotContain(sessionOf(lost), sessionOf(mine));
        String handle = handlesIn(page).getFirst();

        mine.post("/account/logins", "login", handle, "logins-password", "a wrong phrase")
                .is(422);
        lostAtSecond.call("GET", "/api/sessions", "").is(200);
        mine.post("/account/logins", "login", handle, "logins-password", PASSWORD)
                .leadsTo("/account?done=logins");

        lostAtSecond.call("GET", "/api/sessions", "").is(401);
        lost.call("GET", "/api/sessions", "").is(401);
        mine.call("GET", "/api/sessions", "").is(200);
        assertThat(mine.get("/account").is(200).body()).doesNotContain("Firefox on Windows");
        assertThat(AccountGateway.audited(email)).contains("login.ended");
    }

    @Test
    void allOtherLoginsAreEndedAtOnceThoseThatAreNotListedToo() {
        Browser mine = AccountGateway.signedUp(email);
        Browser other = AccountGateway.browser();
        AccountGateway.logIn(other, email);
        Browser unlisted = AccountGateway.browser();
        AccountGateway.logIn(unlisted, email);
        redis.opsForZSet().remove(key(), sessionOf(unlisted)).block();
        mine.get("/account").is(200);

        mine.post("/account/logins", "login", "others", "logins-password", PASSWORD)
                .leadsTo("/account?done=logins");

        mine.call("GET", "/api/sessions", "").is(200);
        other.call("GET", "/api/sessions", "").is(401);
        unlisted.call("GET", "/api/sessions", "").is(401);
        assertThat(handlesIn(mine.get("/account?done=logins").is(200).says("The login is ended")))
                .isEmpty();
        assertThat(redis.opsForZSet().size(key()).block()).isEqualTo(1);
    }

    @Test
    void nobodyEndsTheLoginsOfOthers() {
        Browser mine = AccountGateway.signedUp(email);
        Browser second = AccountGateway.browser();
        AccountGateway.logIn(second, email);
        String handle = handlesIn(mine.get("/account")).getFirst();
        Browser stranger = AccountGateway.signedUp(AccountGateway.newEmail());
        stranger.get("/account").is(200);

        stranger.post("/account/logins", "login", handle, "logins-password", PASSWORD);

        second.call("GET", "/api/sessions", "").is(200);
    }

    @Test
    void oneLoginMoreThanThereMayBeEndsTheOldest() {
        Browser browser = AccountGateway.signedUp(email);
        String first = sessionOf(browser);
        for (int i = 1; i < MOST; i++) {
            logInAnew(browser);
        }
        Browser oldest = AccountGateway.browser();
        oldest.cookies().put("merpati", first);
        oldest.call("GET", "/api/sessions", "").is(200);

        logInAnew(browser);

        oldest.call("GET", "/api/sessions", "").is(401);
        assertThat(handlesIn(browser.get("/account"))).hasSize(MOST - 1);
    }

    @Test
    void aLogoutAndALapsedSessionAreNotListed() {
        Browser mine = AccountGateway.signedUp(email);
        Browser out = AccountGateway.browser();
        AccountGateway.logIn(out, email);
        out.get("/account");
        Browser lapsed = AccountGateway.browser();
        AccountGateway.logIn(lapsed, email);
        assertThat(handlesIn(mine.get("/account"))).hasSize(2);

        out.post("/logout");
        redis.delete("merpati:session:sessions:" + sessionOf(lapsed)).block();

        assertThat(handlesIn(mine.get("/account"))).isEmpty();
        assertThat(redis.opsForZSet().size(key()).block()).isEqualTo(1);
    }

    @Test
    void aLoginEndsTwelveHoursAfterItBeganHoweverBusyItIs() {
        Browser browser = AccountGateway.signedUp(email);
        Instant now = gateway.context().getBean(Clock.class).instant();

        setSince(browser, now.minus(Duration.ofHours(12)).plusSeconds(120));
        browser.call("GET", "/api/sessions", "").is(200);
        setSince(browser, now.minus(Duration.ofHours(12)).minusSeconds(1));

        browser.call("GET", "/api/sessions", "").is(401);
        browser.get("/account").leadsTo("/login?expired&next=%2Faccount");
    }

    @Test
    void anAccountThatIsDeletedLeavesNoSessionBehind() {
        Browser browser = AccountGateway.signedUp(email);
        Browser other = AccountGateway.browser();
        AccountGateway.logIn(other, email);
        browser.get("/account");

        browser.post("/account/delete", "delete-password", PASSWORD).leadsTo("/login?deleted");

        await().untilAsserted(() -> assertThat(redis.hasKey("merpati:session:sessions:" + sessionOf(other))
                        .block())
                .isFalse());
    }

    private void setSince(Browser browser, Instant since) {
        redis.<String, String>opsForHash()
                .put("merpati:session:sessions:" + sessionOf(browser), "sessionAttr:since", "l" + since.toEpochMilli())
                .block();
    }

    private void logInAnew(Browser browser) {
        browser.cookies().remove("merpati");
        AccountGateway.logIn(browser, email);
    }

    private static String sessionOf(Browser browser) {
        return Objects.requireNonNull(browser.cookies().get("merpati"));
    }

    private static List<String> handlesIn(Browser.Page page) {
        return HANDLE.matcher(page.body())
                .results()
                .map((MatchResult found) -> found.group(1))
                .toList();
    }

    private String key() {
        return "{t:" + gateway.context().getBean(EmailIndex.class).find(email).block() + "}:logins";
    }
}
