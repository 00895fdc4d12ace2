package dev.merpati.gateway.docs;

import static org.assertj.core.api.Assertions.assertThat;

import dev.merpati.gateway.auth.Scope;
import dev.merpati.gateway.auth.TenantKeys;
import dev.merpati.gateway.harness.GatewayHarness;
import dev.merpati.gateway.harness.SharedGateway;
import dev.merpati.gateway.harness.TestAccount;
import dev.merpati.gateway.harness.TestEvents;
import dev.merpati.gateway.harness.TestJson;
import dev.merpati.gateway.tenant.RecordChanges;
import dev.merpati.gateway.tenant.TenantRecords;
import dev.merpati.model.event.EventId;
import dev.merpati.model.media.ReceivedFile;
import dev.merpati.model.outcome.FailureCode;
import dev.merpati.model.outcome.Outcome;
import dev.merpati.model.session.Disconnection;
import dev.merpati.model.session.SessionRecord;
import dev.merpati.model.session.SessionStatus;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.EnumSet;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.UUID;
import org.awaitility.Awaitility;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.springframework.data.redis.core.ReactiveStringRedisTemplate;
import org.springframework.http.HttpMethod;
import org.springframework.test.web.reactive.server.EntityExchangeResult;
import org.springframework.test.web.reactive.server.WebTestClient;
import tools.jackson.core.type.TypeReference;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** Provokes the errors that the description has examples of, and compares the answers with it. */
class ErrorExamplesIT {
    private static final ApiDescription DESCRIPTION = new ApiDescription(JsonMapper.shared());
    private static final Set<String> PROVOKED = new TreeSet<>();
    private static final String TEXT = "{\"to\":\"6281234567890\",\"message\":\"hello\"}";

    /** What only sends can end with. */
    private static final Set<FailureCode> OF_MESSAGES = EnumSet.of(
            FailureCode.NOT_REGISTERED,
            FailureCode.REJECTED,
            FailureCode.RECIPIENT_UNREACHABLE,
            FailureCode.NEW_CHATS_RESTRICTED,
            FailureCode.MEDIA_FAILED);

    /** What only commands that need a connection can end with. */
    private static final Set<FailureCode> OF_CONNECTIONS = EnumSet.of(
            FailureCode.SESSION_NOT_CONNECTED, FailureCode.LOGGED_OUT, FailureCode.BANNED, FailureCode.RATE_LIMITED);

    /** What only commands that link a phone can end with. */
    private static final Set<FailureCode> OF_PAIRINGS = EnumSet.of(
            FailureCode.SESSION_ALREADY_CONNECTED,
            FailureCode.PAIRING_CODE_REFUSED,
            FailureCode.PASSKEY_NOT_REQUESTED,
            FailureCode.PASSKEY_INVALID,
            FailureCode.PASSKEY_REFUSED);

    /** What only received files can end with. */
    private static final Set<FailureCode> OF_FILES = EnumSet.of(
            FailureCode.MEDIA_NOT_FOUND,
            FailureCode.MEDIA_EXPIRED,
            FailureCode.MEDIA_CORRUPT,
            FailureCode.MEDIA_TOO_LARGE,
            FailureCode.MEDIA_UNREACHABLE);

    private final GatewayHarness gateway = SharedGateway.get();
    private final SchemaCheck schemas = new SchemaCheck(DESCRIPTION);
    private final WebTestClient acme = gateway.as(gateway.acme);

    @AfterAll
    static void theListOfThoseThatNothingHereProvokesIsShort() {
        Set<String> left = new TreeSet<>(
                DESCRIPTION.errors().stream().map(ErrorDescription::code).toList());
        left.removeAll(PROVOKED);
        // Tested where what they need is set up: time, load, outages, another configuration, broken HTTP.
        assertThat(left)
                .containsExactlyInAnyOrder(
                        "body_too_slow",
                        "file_too_large",
                        "headers_too_slow",
                        "message_limit_reached",
                        "pairing_not_ready",
                        "request_refused",
                        "request_under_way",
                        "service_unavailable",
                        "session_deleted",
                        "test_key_refused",
                        "too_many_connections",
                        "too_many_downloads",
                        "too_many_open_requests",
                        "too_many_streams",
                        "too_many_uploads",
                        "too_many_webhook_tests",
                        "upload_too_slow",
                        "webhook_test_unanswered",
                        "webhooks_not_configured");
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '`', textBlock = """
            createSession | POST | /api/sessions               | {}                                           | missing_fields
            createSession | POST | /api/sessions               | {"sessionName": 5}                           | invalid_field
            createSession | POST | /api/sessions               | {"sessionName":                              | malformed_request
            sendText      | POST | /api/sessions/{own}/send    | {"to": "123", "message": "a"}                | invalid_field
            sendText      | POST | /api/sessions/{new}/send    | {"to": "6281234567890", "message": "a"}      | session_not_connected
            sendText      | POST | /api/sessions/{other}/send  | {"to": "6281234567890", "message": "a"}      | forbidden
            sendText      | POST | /api/sessions/{none}/send   | {"to": "6281234567890", "message": "a"}      | session_not_found
            checkNumbers  | POST | /api/number-checker         | {"sessionId": "{own}", "phoneNumbers": ["1"]} | invalid_field
            renameSession | PATCH | /api/sessions/{own}        | {"sessionName": null}                        | missing_fields
            requestPairingCode | POST | /api/sessions/{new}/pairing-code | {"phoneNumber": "123"}             | invalid_field
            requestPairingCode | POST | /api/sessions/{new}/pairing-code | {}                                 | missing_fields
            requestPairingCode | POST | /api/sessions/{own}/pairing-code | {"phoneNumber": "6281234567890"}   | session_already_connected
            answerPasskey | POST | /api/sessions/{new}/passkey | {"assertion": "a"}                           | invalid_field
            answerPasskey | POST | /api/sessions/{new}/passkey | {}                                           | missing_fields
            createWebhook | POST | /api/webhooks               | {}                                           | missing_fields
            createWebhook | POST | /api/webhooks               | {"url": "ftp://a"}                           | invalid_field
            changeWebhook | PATCH | /api/webhooks/wh_none      | {}                                           | webhook_not_found
            replayEvents  | POST | /api/webhooks/wh_none/replay | {}                                         | webhook_not_found
            createKey     | POST | /api/keys                   | {"name": "a", "scopes": ["all"]}             | invalid_field
            createKey     | POST | /api/keys                   | {"name": "a"}                                | account_from_configuration
            """)
    void answersBodiesAsDescribed(String operation, HttpMethod method, String path, String body, String code) {
        expect(operation, code, json(acme, method, withIds(path), withIds(body)));
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            listSessions  | GET    | /api/sessions?limit=0                       | invalid_field
            listSessions  | GET    | /api/sessions?cursor=x                      | invalid_field
            getSession    | GET    | /api/sessions/{none}                        | session_not_found
            getSession    | GET    | /api/sessions/{other}                       | forbidden
            deleteSession | DELETE | /api/sessions/{none}                        | session_not_found
            getQrCode     | GET    | /api/sessions/{own}/qr                      | session_already_connected
            getQrCode     | GET    | /api/sessions/{disconnected}/qr             | session_disconnected
            getQrCode     | GET    | /api/sessions/{new}/qr                      | qr_code_not_ready
            getMessage    | GET    | /api/messages/3EB0C767D71D8D6E2CD5AA        | message_not_found
            streamEvents  | GET    | /api/events/stream?after=1                  | invalid_field
            streamEvents  | GET    | /api/events/stream?sessionId={none}         | session_not_found
            getMedia      | GET    | /api/sessions/{own}/media/none              | media_not_found
            getMedia      | GET    | /api/sessions/{other}/media/none            | forbidden
            listEvents    | GET    | /api/events?limit=0                         | invalid_field
            listEvents    | GET    | /api/events?sessionId={other}               | forbidden
            getUsage      | GET    | /api/account/usage?from=yesterday           | invalid_field
            getWebhook    | GET    | /api/webhooks/wh_none                       | webhook_not_found
            changeWebhook | PATCH  | /api/webhooks/wh_none                       | unsupported_content_type
            rotateWebhookSecret | POST | /api/webhooks/wh_none/rotate-secret     | webhook_not_found
            testWebhook   | POST   | /api/webhooks/wh_none/test                  | webhook_not_found
            listDeliveries | GET   | /api/webhooks/wh_none/deliveries            | webhook_not_found
            listDeliveries | GET   | /api/webhooks/wh_none/deliveries?status=a   | invalid_field
            deleteWebhook | DELETE | /api/webhooks/wh_none                       | webhook_not_found
            revokeKey     | DELETE | /api/keys/aaaaaaaaaaaa                      | key_not_found
            getSession    | GET    | /api/nothing                                | path_not_found
            getSession    | PUT    | /api/sessions/{own}                         | method_not_allowed
            """)
    void answersRequestsAsDescribed(String operation, HttpMethod method, String path, String code) {
        expect(operation, code, acme.method(method).uri(withIds(path)));
    }

    @Test
    void answersWhoMayNotAsDescribed() {
        TestAccount account = TestAccount.on(gateway, "business");
        WebTestClient reader =
                account.clientWith(account.key(Set.of(Scope.READ)).apiKey());
        for (Operation operation : DESCRIPTION.operations()) {
            ExampleRequest example = operation.examples().values().iterator().next();
            HttpMethod method = HttpMethod.valueOf(example.method());
            expect(
                    operation.id(),
                    "unauthorized",
                    gateway.anonymous().method(method).uri(example.path()));
            if (!operation.scope().equals("read")) {
                expect(operation.id(), "scope_missing", reader.method(method).uri(example.path()));
            }
        }
        gateway.context()
                .getBean(ReactiveStringRedisTemplate.class)
                .opsForHash()
                .put(TenantRecords.key(account.id()), "status", "suspended")
                .block();
        gateway.context()
                .getBean(RecordChanges.class)
                .changed(RecordChanges.Kind.TENANT, account.id())
                .block();
        Awaitility.await()
                .untilAsserted(() ->
                        expect("listSessions", "account_suspended", reader.get().uri("/api/sessions")));
    }

    @ParameterizedTest
    @EnumSource(
            value = FailureCode.class,
            names = {
                "SESSION_ALREADY_CONNECTED",
                "PAIRING_CODE_REFUSED",
                "RATE_LIMITED",
                "SESSION_NOT_CONNECTED",
                "EXPIRED"
            })
    void answersHowAPairingCodeFailsAsDescribed(FailureCode failure) {
        UUID session = gateway.newSession(gateway.acme);
        gateway.worker().on(command -> Optional.of(new Outcome.Failed(failure, reasonOf(failure), "as the test says")));
        expect(
                "requestPairingCode",
                failure.name().toLowerCase(Locale.ROOT),
                json(
                        acme,
                        HttpMethod.POST,
                        "/api/sessions/" + session + "/pairing-code",
                        "{\"phoneNumber\":\"6281234567890\"}"));
    }

    @ParameterizedTest
    @EnumSource(
            value = FailureCode.class,
            names = {"PASSKEY_NOT_REQUESTED", "PASSKEY_INVALID", "PASSKEY_REFUSED", "NOT_ACKNOWLEDGED"})
    void answersHowAPasskeyFailsAsDescribed(FailureCode failure) {
        UUID session = gateway.newSession(gateway.acme);
        gateway.worker().on(command -> Optional.of(new Outcome.Failed(failure, reasonOf(failure), "rawId is missing")));
        expect(
                "answerPasskey",
                failure.name().toLowerCase(Locale.ROOT),
                json(acme, HttpMethod.POST, "/api/sessions/" + session + "/passkey", "{\"assertion\":{}}"));
    }

    @ParameterizedTest
    @EnumSource(
            value = FailureCode.class,
            names = {
                "MEDIA_NOT_FOUND",
                "MEDIA_EXPIRED",
                "MEDIA_CORRUPT",
                "MEDIA_TOO_LARGE",
                "MEDIA_UNREACHABLE",
                "SESSION_BUSY",
                "EXPIRED"
            })
    void answersHowAReceivedFileFailsAsDescribed(FailureCode failure) {
        UUID session = gateway.newSession(gateway.acme);
        String mediaId = "q83vEjRWeJCrze8SNFZ4kA";
        gateway.worker()
                .redis()
                .hset(
                        gateway.worker().keys().receivedFiles(session),
                        mediaId,
                        new ReceivedFile(null, null, 1, "", 0).stored());
        gateway.worker().on(command -> Optional.of(Outcome.Failed.of(failure, "as the test says")));
        expect(
                "getMedia",
                failure.name().toLowerCase(Locale.ROOT),
                acme.get().uri("/api/sessions/" + session + "/media/" + mediaId));
    }

    private static @Nullable Integer reasonOf(FailureCode failure) {
        return switch (failure) {
            case PAIRING_CODE_REFUSED, PASSKEY_REFUSED -> 400;
            default -> null;
        };
    }

    @ParameterizedTest
    @EnumSource(FailureCode.class)
    void answersWhatAWorkerSaysAsDescribed(FailureCode failure) {
        Assumptions.assumeFalse(OF_PAIRINGS.contains(failure) || OF_FILES.contains(failure));
        UUID session = gateway.connectedSession(gateway.acme);
        gateway.worker()
                .on(command -> Optional.of(
                        switch (failure) {
                            case REJECTED -> new Outcome.Failed(failure, 463, "refused");
                            case NEW_CHATS_RESTRICTED ->
                                new Outcome.Failed(
                                        failure, null, "locked", Instant.now().plusSeconds(3600));
                            default -> Outcome.Failed.of(failure, "as the test says");
                        }));

        String code = switch (failure) {
            case SESSION_DELETED -> "session_not_found";
            case INTERNAL -> "internal_error";
            default -> failure.name().toLowerCase(Locale.ROOT);
        };
        expectFile(code, session, part("media", "a.pdf", "%PDF-1.7"));
        if (failure != FailureCode.MEDIA_FAILED) {
            expect("sendText", code, json(acme, HttpMethod.POST, "/api/sessions/" + session + "/send", TEXT));
        }
        if (!OF_MESSAGES.contains(failure)) {
            expect("checkNumbers", code, check(session));
        }
        if (!OF_MESSAGES.contains(failure) && !OF_CONNECTIONS.contains(failure)) {
            expect("reconnectSession", code, acme.post().uri("/api/sessions/" + session + "/reconnect"));
        }
    }

    @ParameterizedTest
    @EnumSource(Disconnection.class)
    void answersSessionsThatStayDisconnectedAsDescribed(Disconnection why) {
        UUID session = gateway.newSession(gateway.acme);
        gateway.worker().setStatus(session, SessionStatus.DISCONNECTED);
        gateway.worker()
                .redis()
                .hset(gateway.worker().keys().session(session), SessionRecord.DISCONNECTION, why.name());

        String code = why == Disconnection.UNKNOWN ? "session_not_connected" : why.wireName();
        expect("sendText", code, json(acme, HttpMethod.POST, "/api/sessions/" + session + "/send", TEXT));
        expect("checkNumbers", code, check(session));
        expectFile(code, session, part("media", "a.pdf", "%PDF-1.7"));
    }

    private WebTestClient.RequestHeadersSpec<?> check(UUID session) {
        return json(
                acme,
                HttpMethod.POST,
                "/api/number-checker",
                "{\"sessionId\":\"" + session + "\",\"phoneNumbers\":[\"6281234567891\"]}");
    }

    @Test
    void answersFormsAsDescribed() {
        String to = part("to", "", "6281234567890");
        expectForm("missing_fields", to);
        expectForm("empty_file", to + part("media", "a.png", ""));
        expectForm("media_not_a_file", to + part("media", "", "text"));
        expectForm("unexpected_file", to + part("file", "a.png", "text"));
        expectForm("too_many_files", to + part("media", "a.pdf", "%PDF-1.7") + part("media", "b.pdf", "%PDF-1.7"));
        expectForm("too_many_parts", part("to", "", "6281234567890").repeat(101));
        expectForm("unsupported_file_type", to + part("media", "a.exe", "MZ"));
        expectForm("content_mismatch", to + part("media", "a.png", "%PDF-1.7"));
        expectForm("body_too_large", part("message", "", "x".repeat(70_000)));
        expectForm("malformed_request", to.substring(0, 20));
    }

    private void expectForm(String code, String parts) {
        expectParts(code, gateway.connectedSession(gateway.acme), parts);
    }

    private void expectFile(String code, UUID session, String file) {
        expectParts(code, session, part("to", "", "6281234567890") + file);
    }

    private void expectParts(String code, UUID session, String parts) {
        expect(
                "sendMedia",
                code,
                acme.post()
                        .uri("/api/sessions/" + session + "/send-media")
                        .header("Content-Type", "multipart/form-data; boundary=xyz")
                        .bodyValue((parts + "--xyz--\r\n").getBytes(StandardCharsets.UTF_8)));
    }

    private static String part(String name, String fileName, String content) {
        return "--xyz\r\nContent-Disposition: form-data; name=\"" + name + "\""
                + (fileName.isEmpty() ? "" : "; filename=\"" + fileName + "\"") + "\r\n\r\n" + content + "\r\n";
    }

    @Test
    void answersOtherBodiesAsDescribed() {
        expect(
                "createSession",
                "unsupported_content_type",
                acme.post()
                        .uri("/api/sessions")
                        .header("Content-Type", "text/plain")
                        .bodyValue("a"));
        expect(
                "createSession",
                "body_too_large",
                json(acme, HttpMethod.POST, "/api/sessions", "\"" + "x".repeat(300_000) + "\""));
    }

    @Test
    void answersAKeyThatCameWithAnotherRequestAsDescribed() {
        UUID session = gateway.connectedSession(gateway.acme);
        String key = UUID.randomUUID().toString();
        for (String message : new String[] {"one", "two"}) {
            WebTestClient.RequestHeadersSpec<?> request = acme.post()
                    .uri("/api/sessions/" + session + "/send")
                    .header("Content-Type", "application/json")
                    .header("Idempotency-Key", key)
                    .bodyValue(TEXT.replace("hello", message));
            if (message.equals("two")) {
                expect("sendText", "idempotency_key_reused", request);
            } else {
                request.exchange().expectStatus().isOk();
            }
        }
    }

    @Test
    void answersLimitsOfAPlanAsDescribed() {
        TestAccount account = TestAccount.on(gateway, "trial");
        WebTestClient client = account.client();
        UUID session = UUID.fromString(
                TestJson.body(json(client, HttpMethod.POST, "/api/sessions", "{\"sessionName\":\"a\"}"), 201)
                        .get("sessionId")
                        .stringValue());
        gateway.worker().connect(session, "6281111111111");
        expect(
                "createSession",
                "session_limit_reached",
                json(client, HttpMethod.POST, "/api/sessions", "{\"sessionName\":\"b\"}"));
        expect(
                "checkNumbers",
                "number_check_limit_reached",
                json(
                        client,
                        HttpMethod.POST,
                        "/api/number-checker",
                        "{\"sessionId\":\"" + session + "\",\"phoneNumbers\":[\"6281234567891\",\"6281234567892\"]}"));
        for (int i = 0; i < 2; i++) {
            client.get().uri("/api/sessions").exchange();
        }
        expect("listSessions", "rate_limit_exceeded", client.get().uri("/api/sessions"));
    }

    @Test
    void answersLimitsOfWebhooksAsDescribed() {
        WebTestClient client = TestAccount.on(gateway, "business").client();
        String endpoint = "{\"url\":\"https://a.example.com\"}";
        String id = TestJson.body(json(client, HttpMethod.POST, "/api/webhooks", endpoint), 201)
                .get("webhook")
                .get("id")
                .stringValue();
        for (int webhooks = 1; webhooks < 20; webhooks++) {
            TestJson.body(json(client, HttpMethod.POST, "/api/webhooks", endpoint), 201);
        }
        expect("createWebhook", "webhook_limit_reached", json(client, HttpMethod.POST, "/api/webhooks", endpoint));
        String replay = "/api/webhooks/" + id + "/replay";
        for (int replays = 0; replays < 5; replays++) {
            TestJson.body(json(client, HttpMethod.POST, replay, "{\"deadOnly\":true}"), 202);
        }
        expect("replayEvents", "replay_limit_reached", json(client, HttpMethod.POST, replay, "{\"deadOnly\":true}"));
        TestJson.body(json(client, HttpMethod.PATCH, "/api/webhooks/" + id, "{\"enabled\":false}"), 200);
        expect("replayEvents", "webhook_disabled", json(client, HttpMethod.POST, replay, "{\"deadOnly\":true}"));
    }

    @Test
    void answersEventsThatAreNoLongerKeptAsDescribed() {
        TestAccount account = TestAccount.on(gateway, "business");
        TestEvents events = new TestEvents(gateway, account.id());
        EventId first = events.received(UUID.randomUUID(), "one");
        events.trim(events.received(UUID.randomUUID(), "two"));
        events.received(UUID.randomUUID(), "three");
        expect("listEvents", "events_expired", account.client().get().uri("/api/events?after=" + first));
    }

    @Test
    void answersTestKeysAsDescribed() {
        TestAccount account = TestAccount.on(gateway, "business");
        expect(
                "createKey",
                "test_keys_unavailable",
                json(account.client(), HttpMethod.POST, "/api/keys", "{\"name\":\"a\",\"test\":true}"));
    }

    @Test
    void answersOneKeyTooManyAsDescribed() {
        TestAccount account = TestAccount.on(gateway, "business");
        WebTestClient client = account.client();
        for (int keys = 1; keys < TenantKeys.MAX_KEYS; keys++) {
            account.key(Set.of(Scope.READ));
        }
        expect("createKey", "key_limit_reached", json(client, HttpMethod.POST, "/api/keys", "{\"name\":\"a\"}"));
    }

    @Test
    void answersHeadsThatAreTooLongAsDescribed() {
        expect("listSessions", "url_too_long", acme.get().uri("/api/sessions?cursor=" + "x".repeat(10_000)));
        expect(
                "listSessions",
                "headers_too_large",
                acme.get().uri("/api/sessions").header("X-Long", "x".repeat(20_000)));
    }

    private static WebTestClient.RequestHeadersSpec<?> json(
            WebTestClient client, HttpMethod method, String path, String body) {
        return client.method(method)
                .uri(path)
                .header("Content-Type", "application/json")
                .bodyValue(body);
    }

    private String withIds(String text) {
        String result = text;
        if (text.contains("{own}")) {
            result = result.replace(
                    "{own}", gateway.connectedSession(gateway.acme).toString());
        }
        if (text.contains("{new}")) {
            result = result.replace("{new}", gateway.newSession(gateway.acme).toString());
        }
        if (text.contains("{other}")) {
            result = result.replace(
                    "{other}", gateway.connectedSession(gateway.other).toString());
        }
        if (text.contains("{disconnected}")) {
            UUID session = gateway.newSession(gateway.acme);
            gateway.worker().setStatus(session, SessionStatus.DISCONNECTED);
            result = result.replace("{disconnected}", session.toString());
        }
        return result.replace("{none}", UUID.randomUUID().toString());
    }

    private void expect(String operationId, String code, WebTestClient.RequestHeadersSpec<?> request) {
        EntityExchangeResult<byte[]> answer =
                request.exchange().expectBody(byte[].class).returnResult();
        String text = new String(Objects.requireNonNull(answer.getResponseBody()), StandardCharsets.UTF_8);
        JsonNode body = TestJson.MAPPER.readTree(text);
        assertThat(body.path("code").stringValue("")).as(text).isEqualTo(code);

        Operation operation = DESCRIPTION.operation(operationId);
        ErrorDescription error = DESCRIPTION.errors().stream()
                .filter(each -> each.code().equals(code))
                .findFirst()
                .orElseThrow();
        int status = answer.getStatus().value();
        assertThat(status).as(text).isEqualTo(error.status());
        JsonNode schema = operation.errorCodes().contains(code)
                ? operation.answerSchema(status)
                : operation.node().at("/responses/default/content/application~1json/schema");
        assertThat(schemas.errors(schema, body)).as("%s: %s", operationId, text).isEmpty();
        assertThat(answer.getResponseHeaders().containsHeader("Retry-After"))
                .as("Retry-After of " + code)
                .isEqualTo(error.canBeRetried());
        Map<String, Object> example = TestJson.MAPPER.convertValue(
                error.body(JsonMapper.shared()), new TypeReference<Map<String, Object>>() {});
        if (!code.equals("invalid_field") && !code.equals("body_too_large") && !code.equals("internal_error")) {
            assertThat(new TreeSet<>(body.propertyNames())).as(text).containsAll(withoutId(example.keySet()));
        }
        assertThat(body.get("error").stringValue()).isEqualTo(String.valueOf(example.get("error")));
        PROVOKED.add(code);
    }

    /** The message's id is there only where there is a message. */
    private static Set<String> withoutId(Set<String> fields) {
        Set<String> rest = new TreeSet<>(fields);
        rest.remove("messageId");
        return rest;
    }
}
