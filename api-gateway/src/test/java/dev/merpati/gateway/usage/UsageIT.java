package dev.merpati.gateway.usage;

import static dev.merpati.gateway.harness.TestJson.body;
import static org.assertj.core.api.Assertions.assertThat;

import dev.merpati.gateway.auth.TenantContext;
import dev.merpati.gateway.harness.GatewayHarness;
import dev.merpati.gateway.harness.SharedGateway;
import dev.merpati.gateway.harness.TestAccount;
import dev.merpati.gateway.settings.GatewaySettings;
import dev.merpati.gateway.tenant.Plan;
import dev.merpati.model.outcome.FailureCode;
import dev.merpati.model.outcome.Outcome;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalTime;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.IntStream;
import org.awaitility.Awaitility;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.springframework.data.redis.core.ReactiveStringRedisTemplate;
import org.springframework.http.MediaType;
import org.springframework.test.web.reactive.server.WebTestClient;
import tools.jackson.databind.JsonNode;

class UsageIT {
    private static final Duration PATIENCE = Duration.ofMinutes(1);

    private final GatewayHarness gateway = SharedGateway.get();
    private final TestAccount account = TestAccount.on(gateway, "frugal");
    private final WebTestClient client = account.client();
    private final UUID session = connectedSession();

    /** What is counted by days is not counted over midnight. */
    @BeforeEach
    void awaitTheNewDayWhenItIsNear() {
        Awaitility.await()
                .atMost(Duration.ofMinutes(2))
                .until(() -> LocalTime.now(ZoneOffset.UTC).isBefore(LocalTime.of(23, 59)));
    }

    @AfterEach
    void letEverythingSucceedAgain() {
        gateway.worker().reset();
    }

    @Test
    void showsWhatThePlanAllowsAndWhatIsUsedOfIt() {
        body(send("hello", null), 200);
        body(send("hello", null), 200);
        body(
                client.post()
                        .uri("/api/number-checker")
                        .contentType(MediaType.APPLICATION_JSON)
                        .bodyValue(
                                "{\"sessionId\":\"" + session + "\",\"phoneNumbers\":[\"6281111111\",\"6281111110\"]}"),
                200);

        JsonNode shown = body(client.get().uri("/api/account"), 200).get("account");

        assertThat(shown.get("id").stringValue()).isEqualTo(account.id());
        assertThat(shown.get("name").stringValue()).isEqualTo("An Account");
        assertThat(shown.get("plan").stringValue()).isEqualTo("frugal");
        assertThat(shown.get("limits").toString())
                .isEqualTo(
                        "{\"sessions\":10,\"requestsPerMinute\":100000,\"numberChecksPerMonth\":20,\"messagesPerDay\":5}");
        assertThat(shown.at("/usage/sessions").asInt()).isEqualTo(1);
        assertThat(shown.at("/usage/messagesPerDay").asInt()).isEqualTo(2);
        assertThat(shown.at("/usage/numberChecksPerMonth").asInt()).isEqualTo(2);
        assertThat(Instant.parse(shown.at("/resetsAt/messagesPerDay").stringValue()))
                .isEqualTo(today().plusDays(1).atStartOfDay(ZoneOffset.UTC).toInstant());

        JsonNode days = body(client.get().uri("/api/account/usage?from=" + today() + "&to=" + today()), 200)
                .get("days");
        assertThat(days.toString())
                .isEqualTo(
                        "[{\"date\":\"" + today() + "\",\"messages\":2,\"media\":0,\"numberChecks\":2,\"failed\":0}]");
    }

    @Test
    void letsThroughAsManyMessagesAsThePlanAllowsHoweverManyComeAtOnce() throws Exception {
        try (ExecutorService clients = Executors.newFixedThreadPool(12)) {
            List<Future<Integer>> answers = IntStream.range(0, 12)
                    .mapToObj(i -> clients.submit(() -> send("hello", null)
                            .exchange()
                            .expectBody(byte[].class)
                            .returnResult()
                            .getStatus()
                            .value()))
                    .toList();
            int sent = 0;
            for (Future<Integer> answer : answers) {
                sent += answer.get() == 200 ? 1 : 0;
            }
            assertThat(sent).isEqualTo(5);
        }

        JsonNode refused = body(send("one too many", null), 429);
        assertThat(refused.get("error").stringValue()).isEqualTo("Message limit reached");
        assertThat(refused.get("code").stringValue()).isEqualTo("message_limit_reached");
        assertThat(refused.get("limit").asInt()).isEqualTo(5);
        assertThat(refused.get("used").asInt()).isEqualTo(5);
        assertThat(refused.get("remaining").asInt()).isZero();
    }

    @Test
    void countsAMessageOnceHoweverOftenItIsRepeatedUnderItsKey() {
        String key = UUID.randomUUID().toString();
        for (int i = 0; i < 4; i++) {
            body(send("hello", key), 200);
        }
        assertThat(ofToday().messages()).isEqualTo(1);
    }

    @Test
    void answersARepeatedRequestAlsoWhenTheLimitIsReached() {
        String key = UUID.randomUUID().toString();
        JsonNode first = body(send("hello", key), 200);
        for (int i = 0; i < 4; i++) {
            body(send("more", null), 200);
        }
        body(send("one too many", null), 429);

        assertThat(body(send("hello", key), 200)).isEqualTo(first);
    }

    @Test
    void freesTheKeyOfASendThatTheLimitRefused() {
        for (int i = 0; i < 5; i++) {
            body(send("hello", null), 200);
        }
        String key = UUID.randomUUID().toString();
        body(send("one too many", key), 429);
        body(send("another", key), 429);
    }

    @Test
    void doesNotChargeWhatWasCertainlyNotSent() {
        gateway.worker().on(envelope -> Optional.of(Outcome.Failed.of(FailureCode.NOT_REGISTERED, "not there")));
        for (int i = 0; i < 7; i++) {
            body(send("hello", null), 400);
        }

        assertThat(ofToday().messages()).isZero();
        assertThat(ofToday().failed()).isEqualTo(7);
    }

    @Test
    void chargesWhatMayHaveBeenSent() {
        gateway.worker().on(envelope -> Optional.of(Outcome.Failed.of(FailureCode.NOT_ACKNOWLEDGED, "silence")));
        body(send("hello", null), 504);

        assertThat(ofToday().messages()).isEqualTo(1);
        assertThat(ofToday().failed()).isZero();
    }

    @Test
    void doesNotChargeWhatWasRefusedBeforeItWasQueued() {
        body(
                client.post()
                        .uri("/api/sessions/" + session + "/send")
                        .contentType(MediaType.APPLICATION_JSON)
                        .bodyValue("{}"),
                400);
        UUID unpaired = newSession();
        body(
                client.post()
                        .uri("/api/sessions/" + unpaired + "/send")
                        .contentType(MediaType.APPLICATION_JSON)
                        .bodyValue("{\"to\":\"6281234567890\",\"message\":\"hello\"}"),
                409);

        assertThat(ofToday()).isEqualTo(new DailyUsage.Day(today(), 0, 0, 0, 0));
    }

    @Test
    void beginsEachDayAnewAndCountsHoldsThatNobodySettled() {
        Instant lateEvening = Instant.parse("2026-12-31T23:59:30Z");
        TenantContext tenant = new TenantContext(account.id(), "key", new Plan(1, 1, 1, 2L), "request");

        MessageQuota.Hold settled = Objects.requireNonNull(
                at(lateEvening).reserve(tenant, MessageQuota.Kind.TEXT).block(PATIENCE));
        at(lateEvening).reserve(tenant, MessageQuota.Kind.MEDIA).block(PATIENCE);
        assertThat(at(lateEvening)
                        .reserve(tenant, MessageQuota.Kind.TEXT)
                        .materialize()
                        .block(PATIENCE))
                .matches(signal -> Objects.requireNonNull(signal).isOnError());

        // After midnight there is room again, and what began before counts on its own day.
        Instant afterMidnight = lateEvening.plusSeconds(60);
        MessageQuota.Hold next = Objects.requireNonNull(
                at(afterMidnight).reserve(tenant, MessageQuota.Kind.TEXT).block(PATIENCE));
        at(afterMidnight).settle(settled, MessageQuota.Result.SENT).block(PATIENCE);
        at(afterMidnight).settle(settled, MessageQuota.Result.SENT).block(PATIENCE);
        assertThat(day("2026-12-31")).isEqualTo(new DailyUsage.Day(LocalDate.parse("2026-12-31"), 1, 0, 0, 0));
        assertThat(next.day()).isEqualTo(LocalDate.parse("2027-01-01"));

        // The gateway of the second died: an hour later it counts as what it was held for.
        at(afterMidnight.plus(Duration.ofHours(1)))
                .reserve(tenant, MessageQuota.Kind.TEXT)
                .block(PATIENCE);
        assertThat(day("2027-01-01").messages()).isEqualTo(1);
    }

    @ParameterizedTest
    @CsvSource({
        "from=2026-13-01, from",
        "from=yesterday, from",
        "to=2026-11-31, to",
        "from=-2026-01-01, from",
        "from=+12026-01-01, from",
        "from=0001-01-01, from",
        "from=2026-02-01&to=2026-01-01, from",
        "from=2025-01-01&to=2026-06-01, from"
    })
    void refusesDatesThatAreNone(String query, String field) {
        assertThat(body(client.get().uri("/api/account/usage?" + query), 400)
                        .get("field")
                        .stringValue())
                .isEqualTo(field);
    }

    @Test
    void showsTheLastThirtyDaysUnlessAskedForOthers() {
        JsonNode usage = body(client.get().uri("/api/account/usage"), 200);

        assertThat(usage.get("days")).hasSize(30);
        assertThat(usage.get("from").stringValue())
                .isEqualTo(today().minusDays(29).toString());
    }

    @Test
    void showsTheAccountOfAConfiguredTenantWithoutADailyLimit() {
        JsonNode shown =
                body(gateway.as(gateway.acme).get().uri("/api/account"), 200).get("account");

        assertThat(shown.get("name").stringValue()).isEqualTo("acme");
        assertThat(shown.at("/limits/messagesPerDay").isNull()).isTrue();
    }

    @Test
    void renamesASession() {
        JsonNode renamed = body(
                client.patch()
                        .uri("/api/sessions/" + session)
                        .contentType(MediaType.APPLICATION_JSON)
                        .bodyValue("{\"sessionName\":\"  Toko Baru 🕊 \"}"),
                200);

        assertThat(renamed.at("/session/name").stringValue()).isEqualTo("Toko Baru 🕊");
        assertThat(renamed.at("/session/status").stringValue()).isEqualTo("connected");
        body(
                gateway.as(gateway.acme)
                        .patch()
                        .uri("/api/sessions/" + session)
                        .contentType(MediaType.APPLICATION_JSON)
                        .bodyValue("{\"sessionName\":\"mine\"}"),
                403);
        body(
                client.patch()
                        .uri("/api/sessions/" + session)
                        .contentType(MediaType.APPLICATION_JSON)
                        .bodyValue("{\"sessionName\":\" \"}"),
                400);
    }

    @Test
    void createsOneSessionForARepeatedRequest() {
        String key = UUID.randomUUID().toString();
        JsonNode first = body(create("A session", key), 201);

        assertThat(body(create("A session", key), 201)).isEqualTo(first);
        assertThat(body(create("Another", key), 422).get("code").stringValue()).isEqualTo("idempotency_key_reused");
        assertThat(body(send("hello", key), 422).get("code").stringValue()).isEqualTo("idempotency_key_reused");
        assertThat(body(client.get().uri("/api/sessions"), 200)
                        .at("/counts/total")
                        .asInt())
                .isEqualTo(2);
    }

    @Test
    void checksNumbersOnceForARepeatedRequest() {
        String key = UUID.randomUUID().toString();
        JsonNode first = body(check(key), 200);

        assertThat(body(check(key), 200)).isEqualTo(first);
        assertThat(ofToday().numberChecks()).isEqualTo(1);
    }

    private WebTestClient.RequestHeadersSpec<?> check(String key) {
        return client.post()
                .uri("/api/number-checker")
                .header("Idempotency-Key", key)
                .contentType(MediaType.APPLICATION_JSON)
                .bodyValue("{\"sessionId\":\"" + session + "\",\"phoneNumbers\":[\"6281111111\"]}");
    }

    private WebTestClient.RequestHeadersSpec<?> create(String name, String key) {
        return client.post()
                .uri("/api/sessions")
                .header("Idempotency-Key", key)
                .contentType(MediaType.APPLICATION_JSON)
                .bodyValue("{\"sessionName\":\"" + name + "\"}");
    }

    private WebTestClient.RequestHeadersSpec<?> send(String text, @Nullable String key) {
        WebTestClient.RequestBodySpec request =
                client.post().uri("/api/sessions/" + session + "/send").contentType(MediaType.APPLICATION_JSON);
        if (key != null) {
            request.header("Idempotency-Key", key);
        }
        return request.bodyValue("{\"to\":\"6281234567890\",\"message\":\"" + text + "\"}");
    }

    private UUID connectedSession() {
        UUID id = newSession();
        gateway.worker().connect(id, "6281111111111");
        return id;
    }

    private UUID newSession() {
        return UUID.fromString(body(
                        client.post()
                                .uri("/api/sessions")
                                .contentType(MediaType.APPLICATION_JSON)
                                .bodyValue("{\"sessionName\":\"a session\"}"),
                        201)
                .get("sessionId")
                .stringValue());
    }

    private MessageQuota at(Instant now) {
        return new MessageQuota(
                gateway.context().getBean(ReactiveStringRedisTemplate.class),
                gateway.context().getBean(GatewaySettings.Timeouts.class),
                Clock.fixed(now, ZoneOffset.UTC));
    }

    private DailyUsage.Day ofToday() {
        return day(today().toString());
    }

    private DailyUsage.Day day(String date) {
        return Objects.requireNonNull(gateway.context()
                        .getBean(DailyUsage.class)
                        .read(account.id(), LocalDate.parse(date), LocalDate.parse(date))
                        .block(PATIENCE))
                .getFirst();
    }

    private static LocalDate today() {
        return LocalDate.now(ZoneOffset.UTC);
    }
}
