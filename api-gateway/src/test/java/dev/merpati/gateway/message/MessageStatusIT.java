package dev.merpati.gateway.message;

import static dev.merpati.gateway.harness.TestJson.body;
import static dev.merpati.gateway.harness.TestJson.expect;
import static dev.merpati.gateway.harness.TestJson.parse;
import static org.assertj.core.api.Assertions.assertThat;

import dev.merpati.gateway.harness.GatewayHarness;
import dev.merpati.gateway.harness.SharedGateway;
import dev.merpati.model.command.Command;
import dev.merpati.model.command.CommandEnvelope;
import dev.merpati.model.outcome.CommandRecord;
import dev.merpati.model.outcome.FailureCode;
import dev.merpati.model.outcome.Outcome;
import dev.merpati.model.outcome.Receipt;
import java.time.Duration;
import java.util.Optional;
import java.util.UUID;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.http.MediaType;
import org.springframework.test.web.reactive.server.WebTestClient;
import tools.jackson.databind.JsonNode;

/** What becomes of a message after its request was answered, and who may ask. */
class MessageStatusIT {
    private final GatewayHarness gateway = SharedGateway.get();
    private final UUID session = gateway.connectedSession(gateway.acme);

    @Test
    void answers202WhenWhatsAppIsSlowAndShowsTheMessageOnItsWay() {
        gateway.worker().on(envelope -> Optional.empty());

        WebTestClient.ResponseSpec answer = sendImpatiently("{'to':'6281234567890','message':'hi'}")
                .exchange()
                .expectStatus()
                .isAccepted();
        JsonNode accepted = parse(answer.expectBody(byte[].class).returnResult().getResponseBody());
        String id = accepted.get("messageId").stringValue();

        assertThat(accepted).isEqualTo(parse("""
                {'success':true,'messageId':'%s','status':'sending',
                 'message':'WhatsApp has not acknowledged the message yet; ask for its status at the Location'}""".formatted(id)));
        answer.expectHeader().location("/api/messages/" + id);
        expectMessage(id, "sending");
        gateway.worker().finish(onlySend(), new Outcome.MessageSent(null, null));
        expectMessage(id, "sent");
        gateway.worker().receipt(id, Receipt.DELIVERED);
        expectMessage(id, "delivered");
        gateway.worker().receipt(id, Receipt.READ);
        expectMessage(id, "read");
    }

    @Test
    void findsAnOutcomeThatNobodyAnnounced() {
        gateway.worker().stopAnnouncing();

        body(send("{'to':'6281234567890','message':'hi'}"), 200);
    }

    @Test
    void showsAFailedMessageWithTheErrorThatItsSenderGot() {
        failWith(Outcome.Failed.of(FailureCode.NOT_REGISTERED, "not there"));
        body(send("{'to':'6281234567890','message':'hi'}"), 400);
        String id = onlySend().commandId();

        expect(gateway.as(gateway.acme).get().uri("/api/messages/" + id), 200, """
                {'success':true,'messageId':'%s','sessionId':'%s','status':'failed',
                 'error':'Invalid WhatsApp Number','code':'not_registered',
                 'message':'The phone number is not registered on WhatsApp.','phoneNumber':'6281234567890'}""".formatted(id, session));
    }

    @Test
    void showsAMessageThatCanNoLongerBeBegunAsFailed() {
        gateway.worker().on(envelope -> Optional.empty());
        body(sendImpatiently("{'to':'6281234567890','message':'hi'}"), 202);
        String id = onlySend().commandId();
        String key = gateway.worker().keys().command(id);
        gateway.worker().redis().hset(key, CommandRecord.STATE, "QUEUED");
        gateway.worker().redis().hset(key, "not_after", "1000");

        JsonNode message = body(gateway.as(gateway.acme).get().uri("/api/messages/" + id), 200);

        assertThat(message.get("status").stringValue()).isEqualTo("failed");
        assertThat(message.get("code").stringValue()).isEqualTo("withdrawn");
        assertThat(gateway.worker().redis().hget(key, CommandRecord.STATE)).isEqualTo("FAILED");
    }

    @Test
    void keepsACommandsRecordForADay() {
        body(send("{'to':'6281234567890','message':'hi'}"), 200);

        long ttl = gateway.worker()
                .redis()
                .ttl(gateway.worker().keys().command(onlySend().commandId()));

        assertThat(Duration.ofSeconds(ttl)).isBetween(Duration.ofHours(23), Duration.ofHours(24));
        assertThat(gateway.worker()
                        .redis()
                        .zscore(
                                gateway.worker().keys().commandsOfSession(session),
                                onlySend().commandId()))
                .isNotNull();
    }

    @ParameterizedTest
    @ValueSource(strings = {"3EB0C767D71D8D6E2CD5", "3EB000000000000000000F", "nothing", "3eb0c767d71d8d6e2cd5aa"})
    void knowsNoOtherMessages(String id) {
        expect(gateway.as(gateway.acme).get().uri("/api/messages/" + id), 404, """
                {'success':false,'error':'Not Found','code':'message_not_found',
                 'message':'No such message: check the message id; messages are kept for 24 hours'}""");
    }

    @Test
    void keepsTenantsApart() {
        body(send("{'to':'6281234567890','message':'hi'}"), 200);
        String ours = onlySend().commandId();
        UUID theirs = gateway.connectedSession(gateway.other);

        expect(sendTo(theirs, "{'to':'6281234567890','message':'hi'}"), 403, """
                {'success':false,'error':'Forbidden','code':'forbidden',
                 'message':'This session belongs to another account: use one of your own'}""");
        expect(gateway.as(gateway.other).get().uri("/api/messages/" + ours), 403, """
                {'success':false,'error':'Forbidden','code':'forbidden',
                 'message':'This message belongs to another account: use one of your own'}""");
        assertThat(gateway.worker().received(Command.Send.class)).hasSize(1);
    }

    @Test
    void showsNoCommandThatIsNoMessage() {
        body(gateway.as(gateway.acme).post().uri("/api/sessions/" + session + "/reconnect"), 200);
        String id = gateway.worker()
                .received(Command.ReconnectSession.class)
                .getFirst()
                .commandId();

        body(gateway.as(gateway.acme).get().uri("/api/messages/" + id), 404);
    }

    private void failWith(Outcome.Failed failure) {
        gateway.worker().on(envelope -> Optional.of(failure));
    }

    private void expectMessage(String id, String status) {
        expect(
                gateway.as(gateway.acme).get().uri("/api/messages/" + id),
                200,
                "{'success':true,'messageId':'%s','sessionId':'%s','status':'%s'}".formatted(id, session, status));
    }

    private CommandEnvelope onlySend() {
        Awaitility.await()
                .until(() -> !gateway.worker().received(Command.Send.class).isEmpty());
        assertThat(gateway.worker().received(Command.Send.class)).hasSize(1);
        return gateway.worker().received(Command.Send.class).getFirst();
    }

    private WebTestClient.RequestHeadersSpec<?> send(String body) {
        return sendTo(session, body);
    }

    private WebTestClient.RequestHeadersSpec<?> sendTo(UUID target, String body) {
        return sendBy(gateway.as(gateway.acme), target, body);
    }

    private WebTestClient.RequestHeadersSpec<?> sendImpatiently(String body) {
        return sendBy(SharedGateway.impatient(gateway.acme), session, body);
    }

    private static WebTestClient.RequestHeadersSpec<?> sendBy(WebTestClient client, UUID target, String body) {
        return client.post()
                .uri("/api/sessions/" + target + "/send")
                .contentType(MediaType.APPLICATION_JSON)
                .bodyValue(body.replace('\'', '"'));
    }
}
