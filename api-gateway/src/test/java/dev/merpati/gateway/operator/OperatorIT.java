package dev.merpati.gateway.operator;

import static dev.merpati.gateway.harness.TestJson.body;
import static org.assertj.core.api.Assertions.assertThat;

import dev.merpati.gateway.harness.GatewayHarness;
import dev.merpati.gateway.harness.SharedGateway;
import dev.merpati.gateway.harness.TestAccount;
import dev.merpati.gateway.harness.TestEvents;
import dev.merpati.model.command.Command;
import dev.merpati.model.event.EventKeys;
import dev.merpati.model.redis.RedisKeys;
import dev.merpati.model.whatsapp.ClientVersionRecord;
import java.net.URI;
import java.time.Duration;
import java.util.Map;
import java.util.UUID;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.http.MediaType;
import org.springframework.test.web.reactive.server.WebTestClient;
import tools.jackson.databind.JsonNode;

@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class OperatorIT {
    private static final String KEY = "an operator key that only tests use";

    private final GatewayHarness gateway = SharedGateway.get();
    private ConfigurableApplicationContext operated = gateway.context();
    private WebTestClient operator = gateway.anonymous();

    @BeforeAll
    void start() {
        operated = gateway.startAnother("--merpati.operator-key=" + KEY);
        operator = client(KEY);
    }

    @AfterAll
    void stop() {
        operated.close();
    }

    @Test
    void isNotThereWithoutAKeyInTheConfiguration() {
        assertThat(body(gateway.anonymous().get().uri("/operator/tenants").header("X-Operator-Key", KEY), 404)
                        .get("code")
                        .stringValue())
                .isEqualTo("path_not_found");
    }

    @Test
    void letsNobodyInWithAnotherKey() {
        for (String key : new String[] {
            "", KEY + "x", KEY.substring(1), gateway.acme.key().key()
        }) {
            body(client(key).get().uri("/operator/tenants"), 401);
            body(client(key).get().uri(URI.create("http://127.0.0.1:" + port() + "/%6fperator/tenants")), 401);
            body(client(key).delete().uri("/operator/nothing"), 401);
        }
        body(gateway.as(gateway.acme).get().uri("/operator/tenants"), 404);
    }

    @Test
    void changesTheLimitsOfATenantAtOnceOnEveryGateway() {
        TestAccount account = TestAccount.on(gateway, "starter");
        WebTestClient tenant = account.client();
        assertThat(body(tenant.get().uri("/api/account"), 200)
                        .at("/account/limits/sessions")
                        .asInt())
                .isEqualTo(2);

        JsonNode changed = body(change(account.id(), "{\"plan\":\"business\"}"), 200);

        assertThat(changed.at("/tenant/plan").stringValue()).isEqualTo("business");
        Awaitility.await()
                .atMost(Duration.ofSeconds(15))
                .untilAsserted(() -> assertThat(body(tenant.get().uri("/api/account"), 200)
                                .at("/account/limits/sessions")
                                .asInt())
                        .isEqualTo(1000));
        assertThat(body(operator.get().uri("/operator/tenants/" + account.id() + "/audit"), 200)
                        .at("/entries/0/subject")
                        .stringValue())
                .isEqualTo("starter to business");
        JsonNode entry = body(operator.get().uri("/operator/audit"), 200).at("/entries/0");
        assertThat(entry.get("actor").stringValue()).isEqualTo("operator");
        assertThat(entry.get("action").stringValue()).isEqualTo("plan.changed");
        assertThat(entry.get("address").stringValue()).isEqualTo("127.0.0.1");
    }

    @Test
    void refusesAPlanThatThereIsNot() {
        String id = TestAccount.on(gateway, "starter").id();
        for (String request : new String[] {"{}", "{\"plan\":null}", "{\"plan\":\"gold\"}", "{\"plan\":7}"}) {
            assertThat(body(change(id, request), 400).get("field").stringValue())
                    .isEqualTo("plan");
        }
    }

    @Test
    void setsTheClientVersionOfAllWorkers() {
        for (String request : new String[] {"{}", "{\"version\":\"latest\"}", "{\"version\":\"2.3000\"}"}) {
            assertThat(body(put("/operator/client-version", request), 400)
                            .get("field")
                            .stringValue())
                    .isEqualTo("version");
        }

        JsonNode set = body(put("/operator/client-version", "{\"version\":\"2.3000.1050000000\"}"), 200);

        assertThat(set.get("version").stringValue()).isEqualTo("2.3000.1050000000");
        assertThat(gateway.worker().redis().hget(RedisKeys.clientVersion(), ClientVersionRecord.WANTED))
                .isEqualTo("2.3000.1050000000");
        JsonNode entry = body(operator.get().uri("/operator/audit"), 200).at("/entries/0");
        assertThat(entry.get("action").stringValue()).isEqualTo("client-version.set");
        assertThat(entry.get("subject").stringValue()).isEqualTo("2.3000.1050000000");
        gateway.worker()
                .redis()
                .hset(
                        RedisKeys.clientVersion(),
                        Map.of("learned", "2.3000.7", "expiring", "2.3000.6", "expires_at", "1796083200"));
        JsonNode known = body(operator.get().uri("/operator/client-version"), 200);
        assertThat(known.get("learned").stringValue()).isEqualTo("2.3000.7");
        assertThat(known.get("expiring").stringValue()).isEqualTo("2.3000.6");
        assertThat(known.get("expiresAt").stringValue()).isEqualTo("2026-12-01T00:00:00Z");
        assertThat(body(operator.delete().uri("/operator/client-version"), 200)
                        .get("version")
                        .isNull())
                .isTrue();
    }

    @Test
    void logsTheStanzasOfASessionForAWhile() {
        UUID session = UUID.fromString(body(
                        gateway.as(gateway.acme)
                                .post()
                                .uri("/api/sessions")
                                .contentType(MediaType.APPLICATION_JSON)
                                .bodyValue("{\"sessionName\":\"looked at\"}"),
                        201)
                .get("sessionId")
                .stringValue());
        String path = "/operator/sessions/" + session + "/stanza-log";
        for (String request : new String[] {"{}", "{\"minutes\":0}", "{\"minutes\":1441}", "{\"minutes\":\"5\"}"}) {
            assertThat(body(put(path, request), 400).get("field").stringValue()).isEqualTo("minutes");
        }
        body(put("/operator/sessions/" + UUID.randomUUID() + "/stanza-log", "{\"minutes\":5}"), 404);

        assertThat(body(put(path, "{\"minutes\":5}"), 200).get("until").isString())
                .isTrue();

        Object end = gateway.worker().redis().hget(RedisKeys.stanzaLogs(), session.toString());
        assertThat(Long.parseLong(String.valueOf(end)))
                .isGreaterThan(
                        System.currentTimeMillis() + Duration.ofMinutes(4).toMillis());
        body(operator.delete().uri(path), 200);
        assertThat(gateway.worker().redis().hexists(RedisKeys.stanzaLogs(), session.toString()))
                .isFalse();
    }

    private WebTestClient.RequestHeadersSpec<?> put(String path, String body) {
        return operator.put().uri(path).contentType(MediaType.APPLICATION_JSON).bodyValue(body);
    }

    @Test
    void suspendsAndResumesATenant() {
        TestAccount account = TestAccount.on(gateway, "starter");
        WebTestClient tenant = account.client();

        assertThat(body(operator.post().uri("/operator/tenants/" + account.id() + "/suspend"), 200)
                        .at("/tenant/status")
                        .stringValue())
                .isEqualTo("suspended");
        Awaitility.await()
                .atMost(Duration.ofSeconds(15))
                .untilAsserted(() -> body(tenant.get().uri("/api/sessions"), 403));

        body(operator.post().uri("/operator/tenants/" + account.id() + "/resume"), 200);
        Awaitility.await()
                .atMost(Duration.ofSeconds(15))
                .untilAsserted(() -> body(tenant.get().uri("/api/sessions"), 200));
    }

    @Test
    void deletesATenantWithEverythingItOwns() {
        TestAccount account = TestAccount.on(gateway, "starter");
        WebTestClient tenant = account.client();
        UUID session = UUID.fromString(body(
                        tenant.post()
                                .uri("/api/sessions")
                                .contentType(MediaType.APPLICATION_JSON)
                                .bodyValue("{\"sessionName\":\"mine\"}"),
                        201)
                .get("sessionId")
                .stringValue());
        TestEvents events = new TestEvents(gateway, account.id());
        events.received(session, "of a session that goes with the tenant");
        events.received(UUID.randomUUID(), "of a session that is long gone");
        body(
                tenant.post()
                        .uri("/api/webhooks")
                        .contentType(MediaType.APPLICATION_JSON)
                        .bodyValue("{\"url\":\"https://a.example.com\"}"),
                201);

        body(operator.delete().uri("/operator/tenants/" + account.id()), 202);

        Awaitility.await()
                .atMost(Duration.ofSeconds(15))
                .untilAsserted(() -> body(tenant.get().uri("/api/sessions"), 401));
        Awaitility.await().untilAsserted(() -> {
            assertThat(gateway.worker().received(Command.DeleteSession.class))
                    .anyMatch(command -> command.sessionId().equals(session));
            assertThat(gateway.worker().redis().keys(RedisKeys.tenantTag(account.id()) + "*"))
                    .containsExactly(EventKeys.removed(account.id()));
            body(operator.get().uri("/operator/tenants/" + account.id()), 404);
        });
        assertThat(body(operator.get().uri("/operator/audit"), 200).toString())
                .contains("tenant.deleted", account.id());
        body(operator.delete().uri("/operator/tenants/" + account.id()), 404);
    }

    @Test
    void finishesARemovalThatADeadGatewayHasBegun() {
        TestAccount account = TestAccount.on(gateway, "starter");
        account.client();
        gateway.worker().redis().sadd("merpati:tenants:removals", account.id());
        gateway.worker().redis().hset(RedisKeys.tenantTag(account.id()) + "account", "status", "deleting");

        try (ConfigurableApplicationContext another =
                gateway.startAnother("--merpati.gateway.removal-interval=200ms")) {
            assertThat(another.isActive()).isTrue();
            Awaitility.await()
                    .untilAsserted(() -> assertThat(
                                    gateway.worker().redis().keys(RedisKeys.tenantTag(account.id()) + "*"))
                            .containsExactly(EventKeys.removed(account.id())));
        }
    }

    @Test
    void listsTenantsByPagesWithTheConfiguredOnesFirst() {
        String newest = TestAccount.on(gateway, "starter").id();

        JsonNode page = body(operator.get().uri("/operator/tenants"), 200);

        assertThat(page.at("/tenants/0/source").stringValue()).isEqualTo("configuration");
        assertThat(page.toString()).contains("\"acme\"");
        assertThat(page.get("total").asLong()).isGreaterThan(4);
        assertThat(body(operator.get().uri("/operator/tenants/" + newest), 200)
                        .at("/limits/sessions")
                        .asInt())
                .isEqualTo(2);
        body(operator.get().uri("/operator/tenants?cursor=-1"), 400);
        body(operator.get().uri("/operator/tenants?cursor=x"), 400);
        assertThat(body(operator.get().uri("/operator/tenants?cursor=1000000"), 200)
                        .get("tenants"))
                .isEmpty();
    }

    @Test
    void leavesConfiguredTenantsToTheConfiguration() {
        body(change("acme", "{\"plan\":\"starter\"}"), 409);
        body(operator.post().uri("/operator/tenants/acme/suspend"), 409);
        body(operator.delete().uri("/operator/tenants/acme"), 409);
        body(operator.get().uri("/operator/tenants/nobody"), 404);
        body(operator.post().uri("/operator/tenants/nobody/suspend"), 404);
    }

    private WebTestClient.RequestHeadersSpec<?> change(String tenantId, String request) {
        return operator.patch()
                .uri("/operator/tenants/" + tenantId)
                .contentType(MediaType.APPLICATION_JSON)
                .bodyValue(request);
    }

    private WebTestClient client(String key) {
        return GatewayHarness.anonymous(port())
                .mutate()
                .defaultHeader("X-Operator-Key", key)
                .build();
    }

    private int port() {
        return operated.getEnvironment().getRequiredProperty("local.server.port", Integer.class);
    }
}
