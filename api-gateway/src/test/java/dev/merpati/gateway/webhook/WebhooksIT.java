package dev.merpati.gateway.webhook;

import static dev.merpati.gateway.harness.TestJson.body;
import static dev.merpati.gateway.harness.TestJson.parse;
import static org.assertj.core.api.Assertions.assertThat;

import dev.merpati.gateway.audit.AuditEntry;
import dev.merpati.gateway.audit.AuditLog;
import dev.merpati.gateway.auth.Scope;
import dev.merpati.gateway.error.ApiException;
import dev.merpati.gateway.harness.FakeDispatcher;
import dev.merpati.gateway.harness.GatewayHarness;
import dev.merpati.gateway.harness.SharedGateway;
import dev.merpati.gateway.harness.TestAccount;
import dev.merpati.gateway.harness.TestEvents;
import dev.merpati.model.Json;
import dev.merpati.model.event.EventId;
import dev.merpati.model.event.EventKeys;
import dev.merpati.model.event.EventTopic;
import dev.merpati.model.webhook.DeliveryAttempt;
import dev.merpati.model.webhook.Replay;
import dev.merpati.model.webhook.SecretBox;
import dev.merpati.model.webhook.Webhook;
import dev.merpati.model.webhook.WebhookKeys;
import dev.merpati.model.webhook.WebhookStatus;
import io.lettuce.core.api.sync.RedisCommands;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import org.awaitility.Awaitility;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.springframework.data.redis.core.ReactiveStringRedisTemplate;
import org.springframework.http.HttpMethod;
import org.springframework.test.web.reactive.server.WebTestClient;
import reactor.core.publisher.Mono;
import tools.jackson.databind.JsonNode;

class WebhooksIT {
    private static final String ENDPOINT = "{\"url\":\"https://shop.example.com/hook\"}";

    private final GatewayHarness gateway = SharedGateway.get();
    private final TestAccount account = TestAccount.on(gateway, "business");
    private final WebTestClient client = account.client();
    private final RedisCommands<String, String> redis = gateway.worker().redis();

    private static WebTestClient.RequestHeadersSpec<?> json(
            WebTestClient client, HttpMethod method, String path, String body) {
        return client.method(method)
                .uri(path)
                .header("Content-Type", "application/json")
                .bodyValue(body);
    }

    private JsonNode create(String body) {
        return body(json(client, HttpMethod.POST, "/api/webhooks", body), 201);
    }

    private String newWebhook() {
        return create(ENDPOINT).get("webhook").get("id").stringValue();
    }

    private JsonNode change(String id, String body) {
        return body(json(client, HttpMethod.PATCH, "/api/webhooks/" + id, body), 200)
                .get("webhook");
    }

    private JsonNode get(String id) {
        return body(client.get().uri("/api/webhooks/" + id), 200).get("webhook");
    }

    private Webhook stored(String id) {
        return Json.MAPPER.readValue(
                Objects.requireNonNull(redis.hget(WebhookKeys.webhooks(account.id()), id)), Webhook.class);
    }

    private String opened(String id, Webhook.Secret secret) {
        return new SecretBox(GatewayHarness.WEBHOOK_KEY).open(account.id(), id, secret.sealed());
    }

    private UUID newSession(WebTestClient owner) {
        return UUID.fromString(
                body(json(owner, HttpMethod.POST, "/api/sessions", "{\"sessionName\":\"a session\"}"), 201)
                        .get("sessionId")
                        .stringValue());
    }

    private List<String> audited() {
        return Objects.requireNonNull(gateway.context()
                        .getBean(AuditLog.class)
                        .read(account.id(), null, 100)
                        .collectList()
                        .block(Duration.ofSeconds(10)))
                .stream()
                .map(AuditEntry::event)
                .map(event -> event.action())
                .filter(action -> action.startsWith("webhook."))
                .toList();
    }

    @Test
    void createsAWebhookThatBeginsNowAndShowsItsSecretOnce() {
        EventId last = new TestEvents(gateway, account.id()).received(UUID.randomUUID(), "before");
        UUID session = newSession(client);
        try (FakeDispatcher dispatcher = new FakeDispatcher(gateway)) {
            JsonNode created = create("""
                    {"url":"https://shop.example.com:8443/hook?a=b","types":["message.received","message.received"],
                     "sessionIds":["%s"],"description":"  Shop ","headers":{"Authorization":"Bearer abc"}}""".formatted(session));
            String id = created.get("webhook").get("id").stringValue();
            String createdAt = created.get("webhook").get("createdAt").stringValue();
            String secret = created.get("secret").stringValue();

            assertThat(id).matches("wh_[0-9A-Za-z]{22}");
            assertThat(secret).matches("whsec_[A-Za-z0-9+/]{43}=");
            assertThat(created.get("webhook")).isEqualTo(parse("""
                    {'id':'%s','url':'https://shop.example.com:8443/hook?a=b','types':['message.received'],
                     'sessionIds':['%s'],'description':'Shop','headers':{'Authorization':'Bearer abc'},'createdAt':'%s',
                     'enabled':true,'state':'active','disabledReason':null,'backlog':0,'oldest':null,'dead':0,
                     'lastSuccess':null,'lastFailure':null,'lastError':null,'failingSince':null,'replays':[]}""".formatted(id, session, createdAt)));
            assertThat(get(id)).isEqualTo(created.get("webhook"));
            assertThat(body(client.get().uri("/api/webhooks"), 200)
                            .get("webhooks")
                            .get(0))
                    .isEqualTo(created.get("webhook"));

            Webhook stored = stored(id);
            assertThat(stored.after()).isEqualTo(last);
            assertThat(stored.toString()).as("encrypted").doesNotContain(secret.substring(6));
            assertThat(opened(id, stored.secrets().getFirst())).isEqualTo(secret);
            int partition = new EventTopic("any", 32).partitionOf(account.id());
            assertThat(redis.sismember(EventKeys.tenantsOfPartition(partition), account.id()))
                    .isTrue();
            Awaitility.await().until(() -> dispatcher.changes().contains(account.id()));
            assertThat(audited()).containsExactly("webhook.created");
        }
    }

    @Test
    void beginsWhereItIsAsked() {
        String first = create("""
                {"url":"https://a.example.com","after":"1795000000123-000004"}""").get("webhook").get("id").stringValue();
        String second = create("""
                {"url":"https://a.example.com","after":"2026-01-01T00:00:00+07:00"}""").get("webhook").get("id").stringValue();

        assertThat(stored(first).after()).isEqualTo(new EventId(1795000000123L, 4));
        assertThat(stored(second).after())
                .isEqualTo(new EventId(Instant.parse("2025-12-31T17:00:00Z").toEpochMilli() - 1, EventId.MAX_SEQUENCE));
        assertThat(stored(newWebhook()).after()).as("nothing ever happened").isNull();
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '`', textBlock = """
            {}                                                      | missing_fields | -
            {"url":" "}                                             | missing_fields | -
            {"url":5}                                               | invalid_field  | url
            {"url":"http://shop.example.com"}                       | invalid_field  | url
            {"url":"https://127.0.0.1/hook"}                        | invalid_field  | url
            {"url":"https://me:secret@shop.example.com"}            | invalid_field  | url
            {"url":"https://a.example.com","types":["message.new"]} | invalid_field  | types
            {"url":"https://a.example.com","types":["ping"]}        | invalid_field  | types
            {"url":"https://a.example.com","types":[null]}          | invalid_field  | types
            {"url":"https://a.example.com","types":"message.sent"}  | invalid_field  | types
            {"url":"https://a.example.com","sessionIds":[5]}        | invalid_field  | sessionIds[0]
            {"url":"https://a.example.com","headers":{"Host":"a"}}  | invalid_field  | headers
            {"url":"https://a.example.com","headers":{"webhook-id":"a"}} | invalid_field | headers
            {"url":"https://a.example.com","headers":{"A":5}}       | invalid_field  | headers
            {"url":"https://a.example.com","headers":[]}            | invalid_field  | headers
            {"url":"https://a.example.com","after":"yesterday"}     | invalid_field  | after
            {"url":"https://a.example.com","after":"2999-01-01T00:00:00Z"} | invalid_field | after
            """)
    void namesTheFieldThatCannotBeUsed(String request, String code, String field) {
        JsonNode error = body(json(client, HttpMethod.POST, "/api/webhooks", request), 400);

        assertThat(error.get("code").stringValue()).isEqualTo(code);
        assertThat(error.path("field").stringValue("-")).isEqualTo(field);
        assertThat(error.toString()).doesNotContain("secret");
        assertThat(redis.exists(WebhookKeys.webhooks(account.id()))).isZero();
    }

    @Test
    void namesTheTypesThatThereAre() {
        JsonNode error = body(
                json(
                        client,
                        HttpMethod.POST,
                        "/api/webhooks",
                        "{\"url\":\"https://a.example.com\",\"types\":[\"message.sent\",\"message.read\"]}"),
                400);

        assertThat(error.get("index").intValue()).isEqualTo(1);
        assertThat(error.get("found").stringValue()).isEqualTo("'message.read'");
        assertThat(error.get("allowed").stringValue()).contains("message.received, message.sent, message.status");
    }

    @Test
    void takesOnlySessionsOfTheTenant() {
        UUID others = newSession(gateway.as(gateway.other));
        String request = "{\"url\":\"https://a.example.com\",\"sessionIds\":[\"%s\"]}";

        body(json(client, HttpMethod.POST, "/api/webhooks", request.formatted(others)), 403);
        body(json(client, HttpMethod.POST, "/api/webhooks", request.formatted(UUID.randomUUID())), 404);
        body(json(client, HttpMethod.POST, "/api/webhooks", request.formatted("x")), 404);
        String own = newWebhook();
        body(json(client, HttpMethod.PATCH, "/api/webhooks/" + own, "{\"sessionIds\":[\"" + others + "\"]}"), 403);
        assertThat(get(own).get("sessionIds")).isEmpty();
    }

    @Test
    void keepsATenantAwayFromTheWebhooksOfAnother() {
        String id = newWebhook();
        WebTestClient other = gateway.as(gateway.other);

        assertThat(body(other.get().uri("/api/webhooks"), 200).toString()).doesNotContain(id);
        for (WebTestClient.RequestHeadersSpec<?> request : List.of(
                other.get().uri("/api/webhooks/" + id),
                other.delete().uri("/api/webhooks/" + id),
                other.post().uri("/api/webhooks/" + id + "/rotate-secret"),
                other.post().uri("/api/webhooks/" + id + "/test"),
                other.get().uri("/api/webhooks/" + id + "/deliveries"),
                json(other, HttpMethod.PATCH, "/api/webhooks/" + id, "{}"),
                json(other, HttpMethod.POST, "/api/webhooks/" + id + "/replay", "{\"deadOnly\":true}"))) {
            assertThat(body(request, 404).get("code").stringValue()).isEqualTo("webhook_not_found");
        }
        get(id);
    }

    @Test
    void needsTheScopeOfWebhooks() {
        WebTestClient others = account.clientWith(
                account.key(Set.of(Scope.READ, Scope.EVENTS, Scope.ACCOUNT)).apiKey());

        assertThat(body(others.get().uri("/api/webhooks"), 403).get("required").stringValue())
                .isEqualTo("webhooks");
        body(
                account.clientWith(account.key(Set.of(Scope.WEBHOOKS)).apiKey())
                        .get()
                        .uri("/api/webhooks"),
                200);
    }

    @Test
    void hasALimit() {
        for (int i = 0; i < 20; i++) {
            newWebhook();
        }

        JsonNode error = body(json(client, HttpMethod.POST, "/api/webhooks", ENDPOINT), 409);

        assertThat(error.get("code").stringValue()).isEqualTo("webhook_limit_reached");
        assertThat(error.get("limit").intValue()).isEqualTo(20);
    }

    @Test
    void answersARepeatedCreationAsTheFirstAndKeepsNoSecretForThat() {
        String key = UUID.randomUUID().toString();
        List<JsonNode> answers = new ArrayList<>();
        for (int i = 0; i < 2; i++) {
            answers.add(body(
                    client.post()
                            .uri("/api/webhooks")
                            .header("Content-Type", "application/json")
                            .header("Idempotency-Key", key)
                            .bodyValue(ENDPOINT),
                    201));
        }

        assertThat(answers.get(1)).isEqualTo(answers.get(0));
        assertThat(redis.hlen(WebhookKeys.webhooks(account.id()))).isEqualTo(1);
        String kept =
                redis.hgetall("{t:" + account.id() + "}:idempotency:" + key).toString();
        assertThat(kept).contains("shop.example.com").doesNotContain("whsec_");
        body(
                client.post()
                        .uri("/api/webhooks")
                        .header("Content-Type", "application/json")
                        .header("Idempotency-Key", key)
                        .bodyValue("{\"url\":\"https://other.example.com\"}"),
                422);
    }

    @Test
    void changesOnlyWhatIsNamed() {
        String id = create("""
                {"url":"https://a.example.com","types":["message.sent"],"description":"A","headers":{"X-A":"1"}}""").get("webhook").get("id").stringValue();

        JsonNode renamed = change(id, "{\"description\":\"B\"}");
        assertThat(renamed.get("description").stringValue()).isEqualTo("B");
        assertThat(renamed.get("types")).hasSize(1);
        assertThat(renamed.get("headers")).isEqualTo(parse("{'X-A':'1'}"));
        JsonNode emptied = change(id, "{\"description\":\"\",\"types\":[],\"headers\":{}}");
        assertThat(emptied.get("description").isNull()).isTrue();
        assertThat(emptied.get("types")).isEmpty();
        assertThat(emptied.get("headers")).isEmpty();
        assertThat(emptied.get("url").stringValue()).isEqualTo("https://a.example.com");
        body(json(client, HttpMethod.PATCH, "/api/webhooks/" + id, "{\"url\":\"ftp://a.example.com\"}"), 400);
        assertThat(audited()).containsExactly("webhook.changed", "webhook.changed", "webhook.created");
    }

    @Test
    void losesNoneOfTwoChangesAtOnce() {
        String id = newWebhook();
        for (int i = 0; i < 5; i++) {
            String description = "d" + i;
            String type = i % 2 == 0 ? "message.sent" : "message.received";
            CompletableFuture<JsonNode> one =
                    CompletableFuture.supplyAsync(() -> change(id, "{\"description\":\"" + description + "\"}"));
            CompletableFuture<JsonNode> two =
                    CompletableFuture.supplyAsync(() -> change(id, "{\"types\":[\"" + type + "\"]}"));
            CompletableFuture.allOf(one, two).join();

            assertThat(get(id).get("description").stringValue()).isEqualTo(description);
            assertThat(get(id).get("types").get(0).stringValue()).isEqualTo(type);
        }
    }

    @Test
    void putsNoChangeInThePlaceOfOneThatItDoesNotKnow() {
        String id = newWebhook();
        WebhookStore store = gateway.context().getBean(WebhookStore.class);
        WebhookStore.Stored before =
                Objects.requireNonNull(store.find(account.id(), id).block(Duration.ofSeconds(10)));
        Webhook first = WebhookSecretsTest.withDescription(before.webhook(), "first");
        Webhook second = WebhookSecretsTest.withDescription(before.webhook(), "second");

        assertThat(replaced(store, before, first)).isEqualTo(WebhookStore.Written.DONE);
        assertThat(replaced(store, before, second)).isEqualTo(WebhookStore.Written.REFUSED);
        assertThat(replaced(store, before, first)).as("the script ran twice").isEqualTo(WebhookStore.Written.DONE);
        assertThat(stored(id).description()).isEqualTo("first");
        body(client.delete().uri("/api/webhooks/" + id), 200);
        assertThat(replaced(store, before, first)).isEqualTo(WebhookStore.Written.GONE);
    }

    private WebhookStore.@Nullable Written replaced(WebhookStore store, WebhookStore.Stored before, Webhook after) {
        return store.replace(account.id(), before, after, WebhookStore.Switch.NONE)
                .block(Duration.ofSeconds(10));
    }

    @Test
    void showsHowDeliveryGoesAndEnablesAgainWhatTheDispatcherGaveUp() {
        String id = newWebhook();
        redis.hset(
                WebhookKeys.status(account.id(), id),
                Map.of(
                        WebhookStatus.STATE, "disabled",
                        WebhookStatus.DISABLED_REASON, "dead",
                        WebhookStatus.BACKLOG, "17",
                        WebhookStatus.DEAD, "3",
                        WebhookStatus.OLDEST, "1795820000123",
                        WebhookStatus.LAST_ERROR, "connection refused",
                        WebhookStatus.FAILING_SINCE, "1795820000123"));

        JsonNode dead = get(id);
        assertThat(dead.get("enabled").booleanValue()).isFalse();
        assertThat(dead.get("state").stringValue()).isEqualTo("disabled");
        assertThat(dead.get("disabledReason").stringValue()).isEqualTo("dead");
        assertThat(dead.get("backlog").intValue()).isEqualTo(17);
        assertThat(dead.get("dead").intValue()).isEqualTo(3);
        assertThat(dead.get("oldest").stringValue())
                .isEqualTo(dead.get("failingSince").stringValue());
        assertThat(dead.get("lastError").stringValue()).isEqualTo("connection refused");

        JsonNode enabled = change(id, "{\"enabled\":true}");
        assertThat(enabled.get("state").stringValue()).isEqualTo("active");
        assertThat(enabled.get("failingSince").isNull()).isTrue();
        assertThat(enabled.get("backlog").intValue()).as("still waits").isEqualTo(17);

        JsonNode disabled = change(id, "{\"enabled\":false}");
        assertThat(disabled.get("state").stringValue()).isEqualTo("disabled");
        assertThat(disabled.get("disabledReason").stringValue()).isEqualTo("owner");
        assertThat(stored(id).enabled()).isFalse();
        assertThat(audited()).containsExactly("webhook.disabled", "webhook.enabled", "webhook.created");
    }

    @Test
    void signsWithBothSecretsForADayAfterARotation() {
        JsonNode created = create(ENDPOINT);
        String id = created.get("webhook").get("id").stringValue();

        JsonNode rotated = body(client.post().uri("/api/webhooks/" + id + "/rotate-secret"), 200);

        List<Webhook.Secret> secrets = stored(id).secrets();
        assertThat(secrets.stream().map(secret -> opened(id, secret)))
                .containsExactly(
                        rotated.get("secret").stringValue(),
                        created.get("secret").stringValue());
        assertThat(secrets.getFirst().until()).isNull();
        assertThat(secrets.getLast().until())
                .isBetween(
                        Instant.now().plus(Duration.ofHours(23)), Instant.now().plus(Duration.ofHours(24)));
        for (int i = 0; i < 10; i++) {
            body(client.post().uri("/api/webhooks/" + id + "/rotate-secret"), 200);
        }
        assertThat(stored(id).secrets()).hasSize(5);
    }

    @Test
    void deletesAWebhookAndWhatIsKnownOfIt() {
        String id = newWebhook();
        redis.hset(WebhookKeys.status(account.id(), id), WebhookStatus.STATE, "failing");
        log(id, DeliveryAttempt.DELIVERED, 1);

        body(client.delete().uri("/api/webhooks/" + id), 200);

        body(client.get().uri("/api/webhooks/" + id), 404);
        body(client.delete().uri("/api/webhooks/" + id), 404);
        assertThat(redis.keys("*" + id + "*")).isEmpty();
        assertThat(audited()).containsExactly("webhook.deleted", "webhook.created");
    }

    @Test
    void answersATestWithWhatCameBack() {
        String id = newWebhook();
        try (FakeDispatcher dispatcher = new FakeDispatcher(gateway)) {
            assertThat(body(client.post().uri("/api/webhooks/" + id + "/test"), 200))
                    .isEqualTo(parse("""
                    {'success':true,'delivered':true,'statusCode':204,'durationMillis':12,'error':null,'response':null,
                     'at':'2026-11-27T10:56:01.706Z'}"""));
            assertThat(dispatcher.changes()).contains(account.id());
        }
    }

    @Test
    void takesATestBackThatNoDispatcherTakesUp() {
        String id = newWebhook();
        WebhookPings pings = new WebhookPings(
                gateway.context().getBean(Webhooks.class),
                gateway.context().getBean(WebhookStore.class),
                gateway.context().getBean(ReactiveStringRedisTemplate.class),
                Duration.ofMillis(400));

        assertThat(codeOf(pings.send(account.id(), id))).isEqualTo("webhook_test_unanswered");
        assertThat(redis.exists(WebhookKeys.pings(account.id(), id))).isZero();
        for (int i = 0; i < 10; i++) {
            redis.rpush(WebhookKeys.pings(account.id(), id), "another");
        }
        assertThat(codeOf(pings.send(account.id(), id))).isEqualTo("too_many_webhook_tests");
        assertThat(redis.llen(WebhookKeys.pings(account.id(), id))).isEqualTo(10);
    }

    private static String codeOf(Mono<?> work) {
        return Objects.requireNonNull(work.<String>then(Mono.just("none"))
                .onErrorResume(
                        ApiException.class, failure -> Mono.just(failure.error().code()))
                .block(Duration.ofSeconds(10)));
    }

    @Test
    void createsNoneWithoutAKeyForSecrets() {
        WebhookSecrets secrets = new WebhookSecrets(new WebhookSettings("", false, false, 20));

        assertThat(codeOf(Mono.fromCallable(() -> secrets.newSealed(account.id(), "wh_1"))))
                .isEqualTo("webhooks_not_configured");
    }

    @Test
    void takesOverANoticeOfAGatewayThatDied() {
        String id = newWebhook();
        String notice = account.id() + " " + id;
        redis.hset(WebhookKeys.status(account.id(), id), WebhookStatus.STATE, "disabled");
        redis.zadd(DisabledNotices.CLAIMS, (double) (System.currentTimeMillis() + 60_000), notice);
        redis.sadd(WebhookKeys.DISABLED_NOTICES, notice);
        DisabledNotices notices = gateway.context().getBean(DisabledNotices.class);

        notices.work().block(Duration.ofSeconds(10));
        assertThat(redis.sismember(WebhookKeys.DISABLED_NOTICES, notice))
                .as("still the other's")
                .isTrue();

        redis.zadd(DisabledNotices.CLAIMS, (double) (System.currentTimeMillis() - 1), notice);
        Awaitility.await().until(() -> {
            notices.work().block(Duration.ofSeconds(10));
            return !redis.sismember(WebhookKeys.DISABLED_NOTICES, notice);
        });
        assertThat(audited()).containsExactly("webhook.disabled", "webhook.created");
        assertThat(redis.zscore(DisabledNotices.CLAIMS, notice)).isNull();
    }

    private void log(String webhookId, String status, int attempt) {
        redis.xadd(
                WebhookKeys.deliveries(account.id(), webhookId),
                Map.of(
                        DeliveryAttempt.FIELD,
                        Json.MAPPER.writeValueAsString(new DeliveryAttempt(
                                "1795820000123-000004",
                                "message.received",
                                UUID.randomUUID().toString(),
                                attempt,
                                status,
                                Instant.now(),
                                12,
                                500,
                                "the endpoint answered 500",
                                "oh",
                                null,
                                false))));
    }

    @Test
    void listsDeliveriesNewestFirstPageByPage() {
        String id = newWebhook();
        for (int i = 1; i <= 450; i++) {
            log(id, i % 100 == 0 ? DeliveryAttempt.DEAD : DeliveryAttempt.FAILED, i);
        }

        List<Integer> read = new ArrayList<>();
        String after = null;
        do {
            JsonNode page = body(
                    client.get()
                            .uri("/api/webhooks/" + id + "/deliveries?limit=100"
                                    + (after == null ? "" : "&after=" + after)),
                    200);
            page.get("deliveries").forEach(each -> read.add(each.get("attempt").intValue()));
            after = page.get("next").stringValue(null);
        } while (after != null);
        assertThat(read).hasSize(450).isSortedAccordingTo((a, b) -> b - a);

        JsonNode dead = body(client.get().uri("/api/webhooks/" + id + "/deliveries?status=dead"), 200);
        assertThat(dead.get("deliveries")
                        .valueStream()
                        .map(each -> each.get("attempt").intValue()))
                .containsExactly(400, 300, 200, 100);
        assertThat(dead.get("next").isNull()).isTrue();
        JsonNode two = body(client.get().uri("/api/webhooks/" + id + "/deliveries?status=dead&limit=2"), 200);
        assertThat(two.get("deliveries")).hasSize(2);
        assertThat(body(
                                client.get()
                                        .uri("/api/webhooks/" + id + "/deliveries?status=dead&limit=2&after="
                                                + two.get("next").stringValue()),
                                200)
                        .get("deliveries")
                        .get(0)
                        .get("attempt")
                        .intValue())
                .isEqualTo(200);
        for (String query : List.of("status=lost", "limit=0", "limit=201", "after=x")) {
            assertThat(body(client.get().uri("/api/webhooks/" + id + "/deliveries?" + query), 400)
                            .get("field")
                            .stringValue())
                    .isEqualTo(query.substring(0, query.indexOf('=')));
        }
    }

    @Test
    void asksForReplaysThatEndWithAnEventThatExists() {
        TestEvents events = new TestEvents(gateway, account.id());
        EventId first = events.received(UUID.randomUUID(), "one");
        EventId last = events.received(UUID.randomUUID(), "two");
        String id = newWebhook();

        JsonNode open = replay(id, "{\"from\":\"" + first + "\",\"types\":[\"message.received\"]}", 202)
                .get("replay");
        JsonNode byTime = replay(id, "{\"from\":\"2026-01-01T00:00:00Z\",\"to\":\"2026-01-02T00:00:00Z\"}", 202)
                .get("replay");
        JsonNode dead = replay(id, "{\"deadOnly\":true}", 202).get("replay");

        assertThat(open.get("from").stringValue()).isEqualTo(first.toString());
        assertThat(open.get("to").stringValue()).isEqualTo(last.toString());
        assertThat(byTime.get("from").stringValue()).isEqualTo("1767225600000-000000");
        assertThat(byTime.get("to").stringValue()).isEqualTo("1767312000000-999999");
        assertThat(dead.get("from").stringValue()).isEqualTo("0000000000000-000000");
        assertThat(dead.get("deadOnly").booleanValue()).isTrue();
        Replay stored = Json.MAPPER.readValue(
                Objects.requireNonNull(redis.hget(
                        WebhookKeys.replays(account.id(), id), open.get("id").stringValue())),
                Replay.class);
        assertThat(stored.to()).isEqualTo(last);
        assertThat(stored.types()).containsExactly("message.received");
        assertThat(get(id).get("replays")).hasSize(3);

        replay(id, "{}", 400);
        replay(id, "{\"from\":\"1\"}", 400);
        replay(id, "{\"from\":\"" + last + "\",\"to\":\"" + first + "\"}", 400);
        replay(id, "{\"from\":\"" + first + "\",\"types\":[\"x\"]}", 400);
        replay(id, "{\"deadOnly\":true}", 202);
        replay(id, "{\"deadOnly\":true}", 202);
        assertThat(replay(id, "{\"deadOnly\":true}", 409).get("code").stringValue())
                .isEqualTo("replay_limit_reached");
        change(id, "{\"enabled\":false}");
        assertThat(replay(id, "{\"deadOnly\":true}", 409).get("code").stringValue())
                .isEqualTo("webhook_disabled");
    }

    private JsonNode replay(String id, String body, int status) {
        return body(json(client, HttpMethod.POST, "/api/webhooks/" + id + "/replay", body), status);
    }
}
