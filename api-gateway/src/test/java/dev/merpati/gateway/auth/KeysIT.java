package dev.merpati.gateway.auth;

import static dev.merpati.gateway.harness.TestJson.body;
import static dev.merpati.gateway.harness.TestJson.parse;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.merpati.gateway.audit.AuditLog;
import dev.merpati.gateway.harness.GatewayHarness;
import dev.merpati.gateway.harness.SharedGateway;
import dev.merpati.gateway.harness.TestAccount;
import dev.merpati.gateway.tenant.Tenant;
import dev.merpati.gateway.tenant.TenantRecords;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.data.redis.core.ReactiveStringRedisTemplate;
import org.springframework.http.HttpMethod;
import org.springframework.http.MediaType;
import org.springframework.test.web.reactive.server.WebTestClient;
import tools.jackson.databind.JsonNode;

class KeysIT {
    private static final Duration PATIENCE = Duration.ofMinutes(1);
    private static final String ANOTHER_PEPPER = "another pepper that only tests use";

    private final GatewayHarness gateway = SharedGateway.get();
    private final TestAccount account = TestAccount.on(gateway, "business");
    private final WebTestClient client = account.client();

    @Test
    void showsAKeyOnceAndThenOnlyWhatItIs() {
        JsonNode made = create(
                "{\"name\":\"  Shop \",\"scopes\":[\"send\",\"read\"],\"expiresAt\":\"2099-01-01T00:00:00+07:00\"}",
                201);
        String secret = made.get("apiKey").stringValue();

        assertThat(secret).matches("mk_live_[a-z0-9]{12}_[0-9A-Za-z]{49}");
        assertThat(made.get("name").stringValue()).isEqualTo("Shop");
        assertThat(made.get("expiresAt").stringValue()).isEqualTo("2098-12-31T17:00:00Z");
        JsonNode listed = keys().get(1);
        assertThat(listed.get("keyId")).isEqualTo(made.get("keyId"));
        assertThat(listed.get("scopes").toString()).isEqualTo("[\"send\",\"read\"]");
        assertThat(listed.get("lastUsedAt").isNull()).isTrue();
        assertThat(keys().toString()).doesNotContain(secret.substring(21));
        assertThat(storedIn("{k:" + made.get("keyId").stringValue() + "}")).doesNotContain(secret.substring(21));

        body(account.clientWith(secret).get().uri("/api/sessions"), 200);
        Awaitility.await()
                .untilAsserted(() -> assertThat(
                                Instant.parse(keys().get(1).get("lastUsedAt").stringValue()))
                        .isCloseTo(Instant.now(), within(1, ChronoUnit.MINUTES)));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "{}|missing_fields",
                "{'name':'   '}|missing_fields",
                "{'name':7}|invalid_field",
                "{'name':'a','scopes':[]}|invalid_field",
                "{'name':'a','scopes':'send'}|invalid_field",
                "{'name':'a','scopes':['send','everything']}|invalid_field",
                "{'name':'a','scopes':['SEND']}|invalid_field",
                "{'name':'a','scopes':[null]}|invalid_field",
                "{'name':'a','expiresAt':'tomorrow'}|invalid_field",
                "{'name':'a','expiresAt':'2020-01-01T00:00:00Z'}|invalid_field",
                "{'name':'a','expiresAt':'2099-01-01T00:00:00'}|invalid_field",
                "{'name':'a','test':'yes'}|invalid_field",
                "[]|invalid_field"
            })
    void refusesAKeyThatCannotBe(String request, String code) {
        assertThat(create(request.replace('\'', '"'), 400).get("code").stringValue())
                .isEqualTo(code);
        assertThat(keys()).hasSize(1);
    }

    @Test
    void refusesANameThatIsTooLong() {
        assertThat(create("{\"name\":\"" + "x".repeat(101) + "\"}", 400)
                        .get("found")
                        .stringValue())
                .isEqualTo("101 characters");
    }

    @Test
    void refusesARevokedKeyOnEveryGatewayAtOnce() {
        TenantKeys.MadeKey key = account.key(Scope.ALL);
        ConfigurableApplicationContext other = gateway.another();
        WebTestClient there = GatewayHarness.anonymous(
                        other.getEnvironment().getRequiredProperty("local.server.port", Integer.class))
                .mutate()
                .defaultHeader("X-API-Key", key.apiKey())
                .build();
        body(there.get().uri("/api/sessions"), 200);
        body(account.clientWith(key.apiKey()).get().uri("/api/sessions"), 200);

        body(client.delete().uri("/api/keys/" + key.record().keyId()), 200);

        body(account.clientWith(key.apiKey()).get().uri("/api/sessions"), 401);
        // Far below the time after which the other gateway would look by itself.
        Awaitility.await()
                .atMost(Duration.ofSeconds(15))
                .untilAsserted(() -> body(there.get().uri("/api/sessions"), 401));
        assertThat(body(client.delete().uri("/api/keys/" + key.record().keyId()), 404)
                        .get("code")
                        .stringValue())
                .isEqualTo("key_not_found");
    }

    @Test
    void keepsATenantAwayFromTheKeysOfAnother() {
        String keyId =
                TestAccount.on(gateway, "business").key(Scope.ALL).record().keyId();

        body(client.delete().uri("/api/keys/" + keyId), 404);
        body(client.delete().uri("/api/keys/x"), 404);
        assertThat(storedIn("{k:" + keyId + "}")).contains("hash");
    }

    @Test
    void refusesAnExpiredKey() {
        WebTestClient shortLived = usedKeyThatExpires(Duration.ofMillis(500));

        Awaitility.await().untilAsserted(() -> body(shortLived.get().uri("/api/sessions"), 401));
    }

    /** With a longer life where this one ended before the key was used, as on a machine that is busy. */
    private WebTestClient usedKeyThatExpires(Duration life) {
        TenantKeys.MadeKey key = Objects.requireNonNull(gateway.context()
                .getBean(TenantKeys.class)
                .create(
                        account.id(),
                        new TenantKeys.NewKey(
                                "short-lived", Scope.ALL, Instant.now().plus(life), false),
                        new Actor("test", ""))
                .block(PATIENCE));
        WebTestClient shortLived = account.clientWith(key.apiKey());
        int status = shortLived
                .get()
                .uri("/api/sessions")
                .exchange()
                .returnResult(Void.class)
                .getStatus()
                .value();
        if (status == 401 && life.compareTo(PATIENCE) < 0) {
            return usedKeyThatExpires(life.multipliedBy(4));
        }
        assertThat(status).isEqualTo(200);
        return shortLived;
    }

    @Test
    void allowsAKeyWhatItsScopesSayAndNothingElse() {
        record Call(HttpMethod method, String path, Scope scope) {}
        String session = "00000000-0000-0000-0000-000000000000";
        List<Call> calls = List.of(
                new Call(HttpMethod.GET, "/api/sessions", Scope.READ),
                new Call(HttpMethod.GET, "/api/sessions/" + session, Scope.READ),
                new Call(HttpMethod.GET, "/api/messages/3EB0000000000000000000", Scope.READ),
                new Call(HttpMethod.GET, "/api/nothing", Scope.READ),
                new Call(HttpMethod.POST, "/api/sessions", Scope.SESSIONS),
                new Call(HttpMethod.PATCH, "/api/sessions/" + session, Scope.SESSIONS),
                new Call(HttpMethod.DELETE, "/api/sessions/" + session, Scope.SESSIONS),
                new Call(HttpMethod.GET, "/api/sessions/" + session + "/qr", Scope.SESSIONS),
                new Call(HttpMethod.POST, "/api/sessions/" + session + "/reconnect", Scope.SESSIONS),
                new Call(HttpMethod.POST, "/api/sessions/" + session + "/send", Scope.SEND),
                new Call(HttpMethod.POST, "/api/%73essions/" + session + "/send/", Scope.SEND),
                new Call(HttpMethod.POST, "/api/sessions/" + session + "/send-media", Scope.SEND),
                new Call(HttpMethod.POST, "/api/number-checker", Scope.CHECK),
                new Call(HttpMethod.GET, "/api/account", Scope.ACCOUNT),
                new Call(HttpMethod.GET, "/api/account/usage", Scope.ACCOUNT),
                new Call(HttpMethod.GET, "/api/keys", Scope.ACCOUNT),
                new Call(HttpMethod.POST, "/api/keys", Scope.ACCOUNT),
                new Call(HttpMethod.DELETE, "/api/keys/abcdefghijkl", Scope.ACCOUNT),
                new Call(HttpMethod.POST, "/api/nothing", Scope.ACCOUNT));
        for (Scope scope : Scope.values()) {
            WebTestClient scoped = account.clientWith(account.key(Set.of(scope)).apiKey());
            for (Call call : calls) {
                JsonNode answer = answer(scoped, call.method(), call.path());
                boolean sessionsRead = scope == Scope.SESSIONS
                        && call.scope() == Scope.READ
                        && call.path().startsWith("/api/sessions");
                boolean refused = "scope_missing".equals(answer.path("code").asString(""));
                assertThat(refused)
                        .as("%s with the scope %s: %s", call, scope, answer)
                        .isEqualTo(call.scope() != scope && !sessionsRead);
                if (refused) {
                    assertThat(answer.get("required").stringValue())
                            .isEqualTo(call.scope().wireName());
                }
            }
        }
    }

    @Test
    void refusesTestKeysWhereThereIsNoSimulator() {
        assertThat(create("{\"name\":\"test\",\"test\":true}", 409).get("code").stringValue())
                .isEqualTo("test_keys_unavailable");

        try (ConfigurableApplicationContext withSimulator = gateway.startAnother("--merpati.gateway.test-keys=true")) {
            TenantKeys.MadeKey key = Objects.requireNonNull(withSimulator
                    .getBean(TenantKeys.class)
                    .create(account.id(), new TenantKeys.NewKey("t", Scope.ALL, null, true), new Actor("test", ""))
                    .block(PATIENCE));
            assertThat(key.apiKey()).startsWith("mk_test_");
            int port = withSimulator.getEnvironment().getRequiredProperty("local.server.port", Integer.class);
            body(GatewayHarness.anonymous(port).get().uri("/api/sessions").header("X-API-Key", key.apiKey()), 200);
            assertThat(body(account.clientWith(key.apiKey()).get().uri("/api/sessions"), 403)
                            .get("code")
                            .stringValue())
                    .isEqualTo("test_key_refused");
            // The same secret as a live key is another key.
            body(
                    GatewayHarness.anonymous(port)
                            .get()
                            .uri("/api/sessions")
                            .header("X-API-Key", key.apiKey().replace("mk_test_", "mk_live_")),
                    401);
        }
    }

    @Test
    void hashesAKeyWithTheActivePepperWhenItIsUsed() {
        TenantKeys.MadeKey key = account.key(Scope.ALL);
        String before = storedIn("{k:" + key.record().keyId() + "}");
        try (ConfigurableApplicationContext rotated = gateway.startAnother(
                "--merpati.api-key-peppers.second=" + ANOTHER_PEPPER, "--merpati.active-api-key-pepper=second")) {
            int port = rotated.getEnvironment().getRequiredProperty("local.server.port", Integer.class);
            WebTestClient there = GatewayHarness.anonymous(port)
                    .mutate()
                    .defaultHeader("X-API-Key", key.apiKey())
                    .build();
            body(there.get().uri("/api/sessions"), 200);

            Awaitility.await()
                    .untilAsserted(
                            () -> assertThat(storedIn("{k:" + key.record().keyId() + "}"))
                                    .contains("second")
                                    .isNotEqualTo(before));
            body(there.get().uri("/api/sessions"), 200);
        }
    }

    @Test
    void hasNoMoreKeysThanOnePageShows() {
        for (int i = keys().size(); i < TenantKeys.MAX_KEYS; i++) {
            create("{\"name\":\"key " + i + "\"}", 201);
        }

        assertThat(create("{\"name\":\"one too many\"}", 409).get("code").stringValue())
                .isEqualTo("key_limit_reached");
        assertThat(keys()).hasSize(TenantKeys.MAX_KEYS);
    }

    @Test
    void refusesTheKeysOfASuspendedTenantAndOfOneThatIsBeingDeleted() {
        TenantRecords records = gateway.context().getBean(TenantRecords.class);

        records.changeStatus(account.id(), Tenant.Status.SUSPENDED).block(PATIENCE);
        assertThat(body(client.get().uri("/api/sessions"), 403).get("code").stringValue())
                .isEqualTo("account_suspended");

        records.changeStatus(account.id(), Tenant.Status.ACTIVE).block(PATIENCE);
        body(client.get().uri("/api/sessions"), 200);

        records.changeStatus(account.id(), Tenant.Status.DELETING).block(PATIENCE);
        body(client.get().uri("/api/sessions"), 401);
    }

    @Test
    void leavesTheKeysOfAConfiguredTenantToTheConfiguration() {
        assertThat(body(
                                gateway.as(gateway.acme)
                                        .post()
                                        .uri("/api/keys")
                                        .contentType(MediaType.APPLICATION_JSON)
                                        .bodyValue("{\"name\":\"a\"}"),
                                409)
                        .get("code")
                        .stringValue())
                .isEqualTo("account_from_configuration");
    }

    @Test
    void notesWhoMadeAndRevokedAKey() {
        String keyId = create("{\"name\":\"Noted\"}", 201).get("keyId").stringValue();
        body(client.delete().uri("/api/keys/" + keyId), 200);

        assertThat(gateway.context()
                        .getBean(AuditLog.class)
                        .read(account.id(), null, 2)
                        .map(entry ->
                                entry.event().action() + " " + entry.event().subject() + " from "
                                        + entry.event().address())
                        .collectList()
                        .block(PATIENCE))
                .containsExactly("key.revoked Noted from 127.0.0.1", "key.created Noted from 127.0.0.1");
    }

    private JsonNode create(String request, int status) {
        return body(
                client.post()
                        .uri("/api/keys")
                        .contentType(MediaType.APPLICATION_JSON)
                        .bodyValue(request),
                status);
    }

    private JsonNode keys() {
        return body(client.get().uri("/api/keys"), 200).get("keys");
    }

    private static JsonNode answer(WebTestClient client, HttpMethod method, String path) {
        return parse(client.method(method)
                .uri(path.contains("%") ? "/api/sessions/00000000-0000-0000-0000-000000000000/send/" : path)
                .contentType(MediaType.APPLICATION_JSON)
                .bodyValue("{}")
                .exchange()
                .expectBody(byte[].class)
                .returnResult()
                .getResponseBody());
    }

    private String storedIn(String key) {
        Map<Object, Object> hash = gateway.context()
                .getBean(ReactiveStringRedisTemplate.class)
                .opsForHash()
                .entries(key)
                .collectMap(Map.Entry::getKey, Map.Entry::getValue)
                .block(PATIENCE);
        return String.valueOf(hash);
    }
}
