package dev.merpati.gateway.console;

import static org.assertj.core.api.Assertions.assertThat;

import dev.merpati.gateway.account.AccountGateway;
import dev.merpati.gateway.harness.Browser;
import dev.merpati.gateway.harness.GatewayHarness;
import dev.merpati.model.Json;
import dev.merpati.model.webhook.DeliveryAttempt;
import dev.merpati.model.webhook.Replay;
import dev.merpati.model.webhook.Webhook;
import dev.merpati.model.webhook.WebhookKeys;
import dev.merpati.model.webhook.WebhookStatus;
import io.lettuce.core.api.sync.RedisCommands;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class WebhookPagesIT {
    private static final String URL = "https://hooks.example.com/merpati";
    private static final String HOSTILE = "<script>alert(1)</script>\"'><img src=x>";
    private static final Pattern SECRET = Pattern.compile("whsec_[0-9A-Za-z+/=]{32,}");

    private final GatewayHarness gateway = AccountGateway.get();
    private final String email = AccountGateway.newEmail();
    private final Browser browser = AccountGateway.signedUp(email);
    private final String tenant = AccountGateway.tenantOf(email);
    private final RedisCommands<String, String> redis = gateway.worker().redis();

    @ParameterizedTest
    @ValueSource(strings = {"en", "id"})
    void showsEverythingInBothLanguages(String language) {
        String id = create();
        status(
                id,
                Map.of(
                        WebhookStatus.STATE, "failing",
                        WebhookStatus.BACKLOG, "4711",
                        WebhookStatus.OLDEST, millis("2026-11-27T10:00:00Z"),
                        WebhookStatus.DEAD, "12",
                        WebhookStatus.LAST_FAILURE, millis("2026-11-27T11:00:00Z"),
                        WebhookStatus.LAST_ERROR, "connection refused",
                        WebhookStatus.FAILING_SINCE, millis("2026-11-27T10:30:00Z")));
        log(id, DeliveryAttempt.DELIVERED, "received", null);
        log(id, DeliveryAttempt.FAILED, null, "timeout after 15 s");

        for (String path : List.of("/webhooks", "/webhooks/" + id)) {
            String page = browser.get(path + "?lang=" + language).is(200).body();
            assertThat(page)
                    .contains("lang=\"" + language + "\"", URL, "4711", "2026-11-27 10:00:00 UTC", "connection refused")
                    .doesNotContain("th:")
                    .doesNotContainPattern("\\?\\?[\\w.]+\\?\\?");
        }
        assertThat(browser.get("/webhooks/" + id).body())
                .contains("timeout after 15 s", "HTTP 503", "2026-11-27 12:00:00 UTC", "receiver.mjs");
        browser.get("/sessions?lang=en").is(200);
    }

    @Test
    void createsAWebhookAndShowsItsSecretOnce() {
        UUID session = UUID.fromString(
                browser.submit("/sessions", "name", "Toko").is(303).location().substring("/sessions/".length()));
        browser.get("/webhooks").is(200).says("You have no webhooks yet").says("Toko");

        String made = browser.post(
                        "/webhooks",
                        "url",
                        " " + URL + " ",
                        "description",
                        "Toko <b>",
                        "types",
                        "message.received",
                        "sessions",
                        session.toString(),
                        "headers",
                        "X-One: 1\r\n\r\nAuthorization:Bearer a:b")
                .is(200)
                .says("secret of your new webhook")
                .body();

        Matcher secret = SECRET.matcher(made);
        assertThat(secret.find()).isTrue();
        Webhook stored = stored().getFirst();
        assertThat(stored.url()).isEqualTo(URL);
        assertThat(stored.types()).containsExactly("message.received");
        assertThat(stored.sessionIds()).containsExactly(session);
        assertThat(stored.headers()).isEqualTo(Map.of("X-One", "1", "Authorization", "Bearer a:b"));
        String page = browser.get("/webhooks/" + stored.id()).is(200).body();
        assertThat(page).doesNotContain(secret.group()).contains("X-One: 1\nAuthorization: Bearer a:b");
        assertThat(browser.get("/webhooks").is(200).body())
                .contains(URL, "Toko &lt;b&gt;")
                .doesNotContain(secret.group(), "Bearer a:b");
    }

    @ParameterizedTest
    @CsvSource({
        "ftp://example.com, '', https",
        "'', '', fill in all fields",
        "https://hooks.example.com, no header, without a colon in line 1",
        "https://hooks.example.com, webhook-id: x, set by the delivery itself"
    })
    void keepsWhatWasTypedInWhenItIsRefused(String url, String headers, String problem) {
        browser.get("/webhooks").is(200);

        browser.post("/webhooks", "url", url, "headers", headers, "types", "message.sent", "description", "my shop")
                .is(400)
                .says(problem)
                .says("value=\"my shop\"")
                .says("value=\"message.sent\" checked");
        assertThat(stored()).isEmpty();
    }

    @Test
    void changesDisablesEnablesRenewsAndDeletes() {
        String id = create();
        String page = "/webhooks/" + id;

        browser.post(page, "url", "https://other.example.com/", "headers", "").leadsTo(page);
        assertThat(stored().getFirst().url()).isEqualTo("https://other.example.com/");
        assertThat(stored().getFirst().types()).isEmpty();
        browser.post(page, "url", "nonsense", "description", "kept").is(400).says("value=\"kept\"");

        browser.post(page + "/disable").leadsTo(page);
        assertThat(stored().getFirst().enabled()).isFalse();
        browser.get(page).is(200).says("You have disabled this webhook");
        assertThat(browser.get("/sessions").is(200).body()).doesNotContain("Nothing is delivered to one");
        browser.post(page + "/enable").leadsTo(page);
        assertThat(stored().getFirst().enabled()).isTrue();

        String renewed =
                browser.post(page + "/rotate-secret").is(200).says("new secret").body();
        assertThat(SECRET.matcher(renewed).find()).isTrue();
        assertThat(stored().getFirst().secrets()).hasSize(2);

        browser.post(page + "/delete").leadsTo("/webhooks");
        assertThat(stored()).isEmpty();
        browser.get(page).is(404);
        browser.post(page + "/test").is(404);
        assertThat(browser.get("/audit").is(200).body())
                .contains(
                        "webhook.created",
                        "webhook.changed",
                        "webhook.disabled",
                        "webhook.enabled",
                        "webhook.secret_rotated",
                        "webhook.deleted");
    }

    @ParameterizedTest
    @CsvSource({"dead, could be delivered to it for days", "gone, answered 410 Gone"})
    void tellsOnTheFirstPageThatAWebhookWasGivenUp(String reason, String words) {
        String id = create();
        status(id, Map.of(WebhookStatus.STATE, "disabled", WebhookStatus.DISABLED_REASON, reason));

        browser.get("/sessions")
                .is(200)
                .says("Nothing is delivered to one of your webhooks")
                .says(words)
                .says("/webhooks/" + id);
        browser.get("/webhooks/" + id).is(200).says(words).says(">Enable<");
    }

    @Test
    void showsWhatATestBrought() {
        String id = create();

        CompletableFuture<Void> dispatcher = answerPing(id, DeliveryAttempt.FAILED, 503, "<b>down</b>");
        String part = browser.with("HX-Request", "true")
                .post("/webhooks/" + id + "/test")
                .is(200)
                .body();
        dispatcher.join();
        assertThat(part)
                .contains("did not take the test", "HTTP 503", "&lt;b&gt;down&lt;/b&gt;")
                .doesNotContain("<html", "<b>down");
    }

    @Test
    void showsWhatATestBroughtWithoutScriptsToo() {
        String id = create();

        CompletableFuture<Void> dispatcher = answerPing(id, DeliveryAttempt.DELIVERED, 204, null);
        String page = browser.post("/webhooks/" + id + "/test").is(200).body();
        dispatcher.join();
        assertThat(page).contains("<html", "took the test, in 12 ms", "HTTP 204");
    }

    @Test
    void showsDeliveriesByStatusAndWhatCameBackAsText() {
        String id = create();
        log(id, DeliveryAttempt.DELIVERED, HOSTILE, null);
        log(id, DeliveryAttempt.DEAD, null, HOSTILE);
        for (int i = 0; i < 30; i++) {
            log(id, DeliveryAttempt.FAILED, "try again tomorrow", null);
        }

        String first = browser.get("/webhooks/" + id).is(200).body();
        assertThat(first).doesNotContain("alert(1)").contains(">Older deliveries<");
        Matcher older = Pattern.compile("href=\"(/webhooks/[^\"]+after=[^\"#]+)#deliveries\"")
                .matcher(first);
        assertThat(older.find()).isTrue();
        String second =
                browser.get(older.group(1).replace("&amp;", "&")).is(200).body();
        String dead = browser.get("/webhooks/" + id + "?status=dead").is(200).body();
        assertThat(dead).contains("Given up").doesNotContain("try again tomorrow");
        for (String page : List.of(second, dead)) {
            assertThat(page).contains("alert(1)").doesNotContain("<script>alert", "<img src=x");
        }
        browser.get("/webhooks/" + id + "?status=%22%3E&after=x").is(200);
    }

    @Test
    void replaysByTimeOrOneEventAlone() {
        String id = create();
        browser.post("/webhooks/" + id + "/replay", "from", "2026-11-20T10:00", "to", "", "dead", "true")
                .leadsTo("/webhooks/" + id + "?replayed");
        browser.get("/webhooks/" + id + "?replayed")
                .is(200)
                .says("delivered again from now on")
                .says("Under way");
        Replay replay = replays(id).getFirst();
        assertThat(replay.from().millis())
                .isEqualTo(Instant.parse("2026-11-20T10:00:00Z").toEpochMilli());
        assertThat(replay.deadOnly()).isTrue();

        browser.post("/webhooks/" + id + "/replay", "from", "", "to", "")
                .is(400)
                .says("fill in all fields");
        browser.post("/webhooks/" + id + "/replay", "from", "yesterday", "to", "")
                .is(400)
                .says("from must be");
        assertThat(replays(id)).hasSize(1);
    }

    @Test
    void keepsStrangersAway() {
        String id = create();
        Browser stranger = AccountGateway.signedUp(AccountGateway.newEmail());
        stranger.get("/webhooks").is(200);

        stranger.get("/webhooks/" + id).is(404);
        for (String action : List.of("", "/enable", "/disable", "/rotate-secret", "/delete", "/replay", "/test")) {
            stranger.post("/webhooks/" + id + action, "url", "https://evil.example.com/", "from", "2026-11-20T10:00")
                    .is(404);
        }
        browser.forgetCsrf();
        browser.post("/webhooks/" + id + "/delete").is(403);
        assertThat(stored()).hasSize(1);
        assertThat(stored().getFirst().url()).isEqualTo(URL);
    }

    private String create() {
        browser.get("/webhooks").is(200);
        browser.post("/webhooks", "url", URL).is(200);
        return stored().getFirst().id();
    }

    private List<Webhook> stored() {
        return redis.hgetall(WebhookKeys.webhooks(tenant)).values().stream()
                .map(json -> Json.MAPPER.readValue(json, Webhook.class))
                .toList();
    }

    private List<Replay> replays(String id) {
        return redis.hgetall(WebhookKeys.replays(tenant, id)).values().stream()
                .map(json -> Json.MAPPER.readValue(json, Replay.class))
                .toList();
    }

    private void status(String id, Map<String, String> fields) {
        redis.hset(WebhookKeys.status(tenant, id), fields);
    }

    private void log(String id, String status, @Nullable String response, @Nullable String error) {
        redis.xadd(
                WebhookKeys.deliveries(tenant, id),
                Map.of(DeliveryAttempt.FIELD, Json.MAPPER.writeValueAsString(attempt(status, 503, response, error))));
    }

    private static DeliveryAttempt attempt(
            String status, int statusCode, @Nullable String response, @Nullable String error) {
        return new DeliveryAttempt(
                "1795820000123-000004",
                "message.received",
                "b45e05b2-34a3-4dd9-80da-564550a79e10",
                2,
                status,
                Instant.parse("2026-11-27T11:59:00Z"),
                12,
                statusCode,
                error,
                response,
                status.equals(DeliveryAttempt.FAILED) ? Instant.parse("2026-11-27T12:00:00Z") : null,
                false);
    }

    /** Answers the next ping as a dispatcher does. */
    private CompletableFuture<Void> answerPing(String id, String status, int statusCode, @Nullable String response) {
        return CompletableFuture.runAsync(() -> {
            var ping = redis.blpop(10, WebhookKeys.pings(tenant, id));
            redis.setex(
                    WebhookKeys.pingResult(tenant, id, ping.getValue()),
                    60,
                    Json.MAPPER.writeValueAsString(attempt(status, statusCode, response, null)));
        });
    }

    private static String millis(String time) {
        return String.valueOf(Instant.parse(time).toEpochMilli());
    }
}
