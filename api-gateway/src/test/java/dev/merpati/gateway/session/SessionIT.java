package dev.merpati.gateway.session;

import static dev.merpati.gateway.harness.TestJson.body;
import static dev.merpati.gateway.harness.TestJson.expect;
import static dev.merpati.gateway.harness.TestJson.parse;
import static org.assertj.core.api.Assertions.assertThat;

import dev.merpati.gateway.harness.GatewayHarness;
import dev.merpati.gateway.harness.SharedGateway;
import dev.merpati.model.command.Command;
import dev.merpati.model.command.CommandEnvelope;
import dev.merpati.model.outcome.FailureCode;
import dev.merpati.model.outcome.Outcome;
import dev.merpati.model.redis.RedisKeys;
import dev.merpati.model.session.SessionStatus;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.http.MediaType;
import org.springframework.test.web.reactive.server.WebTestClient;
import tools.jackson.databind.JsonNode;

class SessionIT {
    private static final String NO_SUCH_SESSION = """
            {'success':false,'error':'Not Found','code':'session_not_found',
             'message':'No such session: check the session id'}""";

    private final GatewayHarness gateway = SharedGateway.get();
    private final WebTestClient acme = gateway.as(gateway.acme);

    @Test
    void createsASessionAndHasItsWorkerConnectIt() {
        WebTestClient.ResponseSpec answer = create("{\"sessionName\":\"  My Business Account \"}")
                .exchange()
                .expectStatus()
                .isCreated();
        JsonNode created = parse(answer.expectBody(byte[].class).returnResult().getResponseBody());
        String id = created.get("sessionId").stringValue();

        assertThat(created)
                .isEqualTo(parse("{'success':true,'sessionId':'" + id + "','message':'Session created successfully'}"));
        answer.expectHeader().location("/api/sessions/" + id);
        CommandEnvelope command = theOnly(Command.StartSession.class, UUID.fromString(id));
        assertThat(command.tenantId()).isEqualTo("acme");
        assertThat(Duration.between(command.issuedAt(), command.notAfter())).isEqualTo(Duration.ofMinutes(5));
        assertThat(gateway.worker()
                        .redis()
                        .smembers(gateway.worker()
                                .keys()
                                .sessionsOfShard(
                                        gateway.worker().keys().shardMap().shardOf(command.sessionId()))))
                .contains(id);
    }

    @Test
    void showsANewSession() {
        UUID id = gateway.newSession(gateway.acme);

        JsonNode session = body(acme.get().uri("/api/sessions/" + id), 200);

        String createdAt = session.get("session").get("created_at").stringValue();
        assertThat(createdAt).matches("\\d{4}-\\d\\d-\\d\\dT\\d\\d:\\d\\d:\\d\\d\\.\\d{3}Z");
        assertThat(Instant.parse(createdAt)).isBetween(Instant.now().minusSeconds(60), Instant.now());
        assertThat(session).isEqualTo(parse("""
                {'success':true,'session':{'id':'%s','name':'a session','status':'connecting','phone_number':null,
                 'created_at':'%s','isConnected':false}}""".formatted(id, createdAt)));
    }

    @Test
    void isConnectedOnlyWhileAWorkerOwnsTheSession() {
        UUID id = gateway.connectedSession(gateway.acme);
        JsonNode owned = body(acme.get().uri("/api/sessions/" + id), 200).get("session");
        gateway.worker().loseOwner(id);
        JsonNode orphaned = body(acme.get().uri("/api/sessions/" + id), 200).get("session");
        gateway.worker().regainOwner(id);

        assertThat(owned.get("isConnected").booleanValue()).isTrue();
        assertThat(owned.get("phone_number").stringValue()).isEqualTo("6281111111111");
        assertThat(orphaned.get("status").stringValue()).isEqualTo("connected");
        assertThat(orphaned.get("isConnected").booleanValue()).isFalse();
    }

    @Test
    void tellsUntilWhenWhatsAppRestrictsTheAccount() {
        UUID id = gateway.connectedSession(gateway.acme);
        gateway.worker().restrictNewChats(id, Instant.now().minusSeconds(1));
        assertThat(shown(id).has("newChatsRestrictedUntil")).isFalse();

        gateway.worker().restrictNewChats(id, Instant.parse("2099-01-02T03:04:05Z"));
        assertThat(shown(id).get("newChatsRestrictedUntil").stringValue()).isEqualTo("2099-01-02T03:04:05.000Z");
        assertThat(shown(id).has("until")).isFalse();

        gateway.worker().keepOut(id, Instant.parse("2099-02-03T04:05:06Z"));
        assertThat(shown(id).get("reason").stringValue()).isEqualTo("restricted");
        assertThat(shown(id).get("until").stringValue()).isEqualTo("2099-02-03T04:05:06.000Z");
    }

    private JsonNode shown(UUID id) {
        return body(acme.get().uri("/api/sessions/" + id), 200).get("session");
    }

    @ParameterizedTest
    @ValueSource(strings = {"{}", "{\"sessionName\":null}", "{\"sessionName\":\" \\t \"}", ""})
    void wantsAName(String body) {
        expect(create(body), 400, """
                {'success':false,'error':'Bad Request','code':'missing_fields','message':'Session name is required'}""");
    }

    @Test
    void countsTheNameInCodePoints() {
        assertThat(body(create("{\"sessionName\":\"" + "😀".repeat(100) + "\"}"), 201)
                        .get("success")
                        .booleanValue())
                .isTrue();
        expect(create("{\"sessionName\":\"" + "😀".repeat(101) + "\"}"), 400, """
                {'success':false,'error':'Bad Request','code':'invalid_field','field':'sessionName',
                 'found':'101 characters','allowed':'1 to 100 characters',
                 'message':'sessionName must be 1 to 100 characters, but is 101 characters'}""");
    }

    @ParameterizedTest
    @ValueSource(strings = {"abc-123-def-456", "1", "00000000-0000-0000-0000-00000000000g", "1-1-1-1-1"})
    void knowsNoSessionWhoseIdIsNoUuid(String id) {
        expect(acme.get().uri("/api/sessions/" + id), 404, NO_SUCH_SESSION);
        expect(acme.get().uri("/api/sessions/" + id + "/qr"), 404, NO_SUCH_SESSION);
        expect(acme.post().uri("/api/sessions/" + id + "/reconnect"), 404, NO_SUCH_SESSION);
        expect(acme.delete().uri("/api/sessions/" + id), 404, NO_SUCH_SESSION);
    }

    @Test
    void keepsTenantsApart() {
        UUID theirs = gateway.newSession(gateway.other);
        String forbidden = """
                {'success':false,'error':'Forbidden','code':'forbidden',
                 'message':'This session belongs to another account: use one of your own'}""";

        expect(acme.get().uri("/api/sessions/" + theirs), 403, forbidden);
        expect(acme.get().uri("/api/sessions/" + theirs + "/qr"), 403, forbidden);
        expect(acme.post().uri("/api/sessions/" + theirs + "/reconnect"), 403, forbidden);
        expect(acme.delete().uri("/api/sessions/" + theirs), 403, forbidden);
        assertThat(gateway.worker().received(Command.DeleteSession.class)).isEmpty();
    }

    @Test
    void reconnects() {
        UUID id = gateway.connectedSession(gateway.acme);

        expect(
                acme.post().uri("/api/sessions/" + id + "/reconnect"),
                200,
                "{'success':true,'message':'Session reconnection initiated'}");

        assertThat(theOnly(Command.ReconnectSession.class, id).sessionId()).isEqualTo(id);
    }

    @Test
    void tellsWhyAReconnectFailed() {
        UUID id = gateway.connectedSession(gateway.acme);
        gateway.worker().on(envelope -> Optional.of(Outcome.Failed.of(FailureCode.SESSION_DELETED, "too late")));

        expect(acme.post().uri("/api/sessions/" + id + "/reconnect"), 404, NO_SUCH_SESSION);
    }

    @ParameterizedTest
    @CsvSource({"false, false", "true, false", "false, true"})
    void deletesForGoodWhateverTheWorkerDoes(boolean recordGoes, boolean workerSleeps) {
        UUID id = gateway.connectedSession(gateway.acme);
        if (recordGoes) {
            gateway.worker().forgetOnDelete();
        }
        if (workerSleeps) {
            gateway.worker().on(envelope -> Optional.empty());
        }

        expect(
                acme.delete().uri("/api/sessions/" + id),
                200,
                "{'success':true,'message':'Session deleted successfully'}");

        expect(acme.get().uri("/api/sessions/" + id), 404, NO_SUCH_SESSION);
        expect(acme.get().uri("/api/sessions/" + id + "/qr"), 404, NO_SUCH_SESSION);
        assertThat(gateway.worker().redis().zscore(RedisKeys.sessionsOfTenant("acme"), id.toString()))
                .isNull();
        assertThat(theOnly(Command.DeleteSession.class, id).sessionId()).isEqualTo(id);
    }

    @ParameterizedTest
    @CsvSource({"CONNECTED", "DISCONNECTED", "QR"})
    void showsTheStatusThatTheWorkerReports(SessionStatus status) {
        UUID id = gateway.newSession(gateway.acme);
        gateway.worker().setStatus(id, status);

        assertThat(body(acme.get().uri("/api/sessions/" + id), 200)
                        .get("session")
                        .get("status")
                        .stringValue())
                .isEqualTo(status.wireName());
    }

    private WebTestClient.RequestHeadersSpec<?> create(String body) {
        return acme.post()
                .uri("/api/sessions")
                .contentType(MediaType.APPLICATION_JSON)
                .bodyValue(body);
    }

    private CommandEnvelope theOnly(Class<? extends Command> type, UUID sessionId) {
        Awaitility.await()
                .until(() -> gateway.worker().received(type).stream()
                        .anyMatch(command -> command.sessionId().equals(sessionId)));
        List<CommandEnvelope> commands = gateway.worker().received(type).stream()
                .filter(command -> command.sessionId().equals(sessionId))
                .toList();
        assertThat(commands).hasSize(1);
        return commands.getFirst();
    }
}
