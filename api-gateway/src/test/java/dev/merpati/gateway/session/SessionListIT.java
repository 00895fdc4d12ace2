package dev.merpati.gateway.session;

import static dev.merpati.gateway.harness.TestJson.body;
import static dev.merpati.gateway.harness.TestJson.expect;
import static dev.merpati.gateway.harness.TestJson.parse;
import static org.assertj.core.api.Assertions.assertThat;

import dev.merpati.gateway.harness.GatewayHarness;
import dev.merpati.gateway.harness.SharedGateway;
import dev.merpati.gateway.harness.TestAccount;
import dev.merpati.model.redis.RedisKeys;
import dev.merpati.model.session.SessionRecord;
import dev.merpati.model.session.SessionStatus;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.IntStream;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.http.MediaType;
import org.springframework.test.web.reactive.server.WebTestClient;
import tools.jackson.databind.JsonNode;

class SessionListIT {
    private final GatewayHarness gateway = SharedGateway.get();
    private final WebTestClient other = gateway.as(gateway.other);

    @BeforeEach
    void forgetAllSessions() {
        gateway.worker().redis().del(RedisKeys.sessionsOfTenant("other"), RedisKeys.sessionsOfTenant("small"));
    }

    @Test
    void isEmptyForANewTenant() {
        expect(other.get().uri("/api/sessions"), 200, """
                {'success':true,'counts':{'total':0,'connected':0,'connecting':0,'qr':0,'disconnected':0},'sessions':[],
                 'nextCursor':null}""");
    }

    @Test
    void countsAllSessionsByStatus() {
        gateway.connectedSession(gateway.other);
        gateway.connectedSession(gateway.other);
        gateway.newSession(gateway.other);
        gateway.worker().setStatus(gateway.newSession(gateway.other), SessionStatus.QR);
        gateway.worker().setStatus(gateway.newSession(gateway.other), SessionStatus.DISCONNECTED);

        JsonNode list = body(other.get().uri("/api/sessions?limit=1"), 200);

        assertThat(list.get("counts"))
                .isEqualTo(parse("{'total':5,'connected':2,'connecting':1,'qr':1,'disconnected':1}"));
        assertThat(list.get("sessions").size()).isEqualTo(1);
    }

    @Test
    void showsSessionsAsTheSingleCallDoesOldestFirstPageByPage() {
        List<String> created = IntStream.range(0, 5)
                .mapToObj(i -> gateway.connectedSession(gateway.other).toString())
                .toList();

        List<JsonNode> seen = new ArrayList<>();
        String cursor = "&cursor=";
        int pages = 0;
        while (cursor != null) {
            JsonNode page = body(other.get().uri("/api/sessions?limit=2" + cursor), 200);
            page.get("sessions").forEach(seen::add);
            cursor = page.get("nextCursor").isNull()
                    ? null
                    : "&cursor=" + page.get("nextCursor").stringValue();
            pages++;
        }

        assertThat(pages).isEqualTo(3);
        assertThat(seen)
                .extracting(session -> session.get("id").stringValue())
                .containsExactlyInAnyOrderElementsOf(created);
        assertThat(seen)
                .extracting(session -> session.get("created_at").stringValue())
                .isSorted();
        assertThat(seen.getFirst())
                .isEqualTo(body(
                                other.get()
                                        .uri("/api/sessions/"
                                                + seen.getFirst().get("id").stringValue()),
                                200)
                        .get("session"));
    }

    @Test
    void aTenantOfThousandsOfSessionsWhoListsThemAllTheTimeDisturbsNobody() throws Exception {
        int sessions = 2_000;
        for (int i = 0; i < sessions; i++) {
            storeSession("other", i / 10);
        }
        UUID neighbours = gateway.connectedSession(gateway.acme);
        long before = commands("evalsha");

        try (ExecutorService clients = Executors.newFixedThreadPool(200)) {
            List<Future<JsonNode>> lists = IntStream.range(0, 200)
                    .mapToObj(i -> clients.submit(() -> body(other.get().uri("/api/sessions?limit=200"), 200)))
                    .toList();
            for (int i = 0; i < 20; i++) {
                body(gateway.as(gateway.acme).get().uri("/api/sessions/" + neighbours), 200);
            }
            for (Future<JsonNode> list : lists) {
                assertThat(list.get().get("counts").get("total").intValue()).isEqualTo(sessions);
                assertThat(list.get().get("counts").get("connected").intValue()).isEqualTo(sessions);
                assertThat(list.get().get("sessions").size()).isEqualTo(200);
            }
        }
        assertThat(commands("evalsha") - before)
                .as("scripts for 200 lists of 2,000 sessions each: a few for a page, the counting shared")
                .isLessThan(200 * 20);
    }

    @Test
    void countsASessionThatWasCreatedJustBefore() {
        for (int i = 1; i <= 5; i++) {
            gateway.newSession(gateway.other);
            assertThat(body(other.get().uri("/api/sessions"), 200)
                            .get("counts")
                            .get("total")
                            .intValue())
                    .isEqualTo(i);
        }
    }

    @Test
    void goesOnAfterASessionThatIsGone() {
        List<UUID> sameTime = IntStream.range(0, 6)
                .mapToObj(i -> storeSession("other", 7))
                .sorted(Comparator.comparing(UUID::toString))
                .toList();
        JsonNode first = body(other.get().uri("/api/sessions?limit=3"), 200);
        gateway.worker()
                .redis()
                .zrem(RedisKeys.sessionsOfTenant("other"), sameTime.get(2).toString());

        JsonNode second = body(
                other.get()
                        .uri("/api/sessions?cursor=" + first.get("nextCursor").stringValue()),
                200);

        assertThat(second.get("sessions"))
                .extracting(session -> session.get("id").stringValue())
                .containsExactlyElementsOf(
                        sameTime.subList(3, 6).stream().map(UUID::toString).toList());
    }

    @Test
    void readsNoRecordsForARefusedCreation() {
        gateway.newSession(gateway.small);
        gateway.newSession(gateway.small);
        body(create(), 429);
        long before = commands("hmget") + commands("hgetall");

        for (int i = 0; i < 20; i++) {
            body(create(), 429);
        }

        assertThat(commands("hmget") + commands("hgetall") - before).isLessThan(20);
    }

    private UUID storeSession(String tenant, long createdAt) {
        UUID id = UUID.randomUUID();
        gateway.worker()
                .redis()
                .hset(
                        gateway.worker().keys().session(id),
                        Map.of(
                                SessionRecord.TENANT,
                                tenant,
                                SessionRecord.NAME,
                                "Shop",
                                SessionRecord.CREATED_AT,
                                String.valueOf(createdAt),
                                SessionRecord.STATUS,
                                SessionStatus.CONNECTED.wireName()));
        gateway.worker().redis().zadd(RedisKeys.sessionsOfTenant(tenant), (double) createdAt, id.toString());
        return id;
    }

    /** How many commands of a kind Redis has run, scripts' own included. */
    private long commands(String name) {
        Matcher calls = Pattern.compile("cmdstat_" + name + ":calls=(\\d+)")
                .matcher(gateway.worker().redis().info("commandstats"));
        return calls.find() ? Long.parseLong(calls.group(1)) : 0;
    }

    @ParameterizedTest
    @ValueSource(strings = {"limit=0", "limit=201", "limit=ten", "limit=", "limit=\uff15", "cursor=!", "cursor=YWJj"})
    void refusesAPageThatThereIsNot(String query) {
        JsonNode error = body(other.get().uri("/api/sessions?" + query), 400);

        assertThat(error.get("code").stringValue()).isEqualTo("invalid_field");
        assertThat(error.get("field").stringValue()).isEqualTo(query.substring(0, query.indexOf('=')));
    }

    @Test
    void dropsEntriesWhoseSessionIsGoneButNotThoseOfAMomentAgo() {
        String key = RedisKeys.sessionsOfTenant("other");
        UUID lost = UUID.randomUUID();
        UUID beingCreated = UUID.randomUUID();
        gateway.worker()
                .redis()
                .zadd(key, (double) Instant.now().minus(Duration.ofMinutes(2)).toEpochMilli(), lost.toString());
        gateway.worker().redis().zadd(key, (double) Instant.now().toEpochMilli(), beingCreated.toString());

        JsonNode list = body(other.get().uri("/api/sessions"), 200);

        assertThat(list.get("counts").get("total").intValue()).isZero();
        assertThat(gateway.worker().redis().zrange(key, 0, -1)).containsExactly(beingCreated.toString());
    }

    @Test
    void endsAtThePlansLimit() {
        UUID first = gateway.newSession(gateway.small);
        gateway.newSession(gateway.small);

        create().exchange()
                .expectHeader()
                .value(
                        "Retry-After",
                        seconds -> assertThat(Integer.parseInt(seconds)).isPositive());
        expect(create(), 429, """
                {'success':false,'error':'Session limit reached','code':'session_limit_reached',
                 'limit':2,'used':2,'remaining':0,
                 'message':'You have reached your session limit. Delete a session or upgrade your plan.'}""");

        body(gateway.as(gateway.small).delete().uri("/api/sessions/" + first), 200);
        body(create(), 201);
    }

    @Test
    void countsNoSessionThatIsGoneAgainstThePlan() {
        // A tenant of its own, since the places of one are repaired at most once in ten seconds.
        TestAccount account = TestAccount.on(gateway, "starter");
        String key = RedisKeys.sessionsOfTenant(account.id());
        gateway.worker().redis().zadd(key, 1, UUID.randomUUID().toString());
        gateway.worker().redis().zadd(key, 2, UUID.randomUUID().toString());

        Awaitility.await().until(() -> statusOf(create(account.client())) == 201);
    }

    @Test
    void neverGoesOverThePlansLimitHoweverManyAskAtOnce() throws Exception {
        try (ExecutorService clients = Executors.newFixedThreadPool(12)) {
            List<Future<Integer>> answers = IntStream.range(0, 12)
                    .mapToObj(i -> clients.submit(() -> create().exchange()
                            .expectBody(byte[].class)
                            .returnResult()
                            .getStatus()
                            .value()))
                    .toList();
            int created = 0;
            for (Future<Integer> answer : answers) {
                created += answer.get() == 201 ? 1 : 0;
            }
            assertThat(created).isEqualTo(2);
        }
    }

    private static int statusOf(WebTestClient.RequestHeadersSpec<?> request) {
        return request.exchange()
                .expectBody(byte[].class)
                .returnResult()
                .getStatus()
                .value();
    }

    private WebTestClient.RequestHeadersSpec<?> create() {
        return create(gateway.as(gateway.small));
    }

    private static WebTestClient.RequestHeadersSpec<?> create(WebTestClient client) {
        return client.post()
                .uri("/api/sessions")
                .contentType(MediaType.APPLICATION_JSON)
                .bodyValue("{\"sessionName\":\"one more\"}");
    }
}
