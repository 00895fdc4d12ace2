package dev.merpati.gateway.message;

import static dev.merpati.gateway.harness.TestJson.body;
import static dev.merpati.gateway.harness.TestJson.expect;
import static dev.merpati.gateway.harness.TestJson.parse;
import static dev.merpati.gateway.harness.TestJson.without;
import static org.assertj.core.api.Assertions.assertThat;

import dev.merpati.gateway.harness.GatewayHarness;
import dev.merpati.gateway.harness.SharedGateway;
import dev.merpati.model.command.Command;
import dev.merpati.model.command.CommandEnvelope;
import dev.merpati.model.kafka.CommandHeaders;
import dev.merpati.model.outcome.FailureCode;
import dev.merpati.model.outcome.Outcome;
import dev.merpati.model.session.Disconnection;
import dev.merpati.model.session.SessionRecord;
import dev.merpati.model.session.SessionStatus;
import dev.merpati.model.shard.ShardMap;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.http.MediaType;
import org.springframework.test.web.reactive.server.WebTestClient;
import tools.jackson.databind.JsonNode;

class SendTextIT {
    private static final String MISSING = """
            {'success':false,'error':'Bad Request','code':'missing_fields',
             'message':'Phone number and message are required'}""";
    private static final String NOT_CONNECTED = """
            {'success':false,'error':'Session Not Connected','code':'session_not_connected',
             'message':'The session is not connected to WhatsApp: scan its QR code, or reconnect it'}""";

    private final GatewayHarness gateway = SharedGateway.get();
    private final UUID session = gateway.connectedSession(gateway.acme);

    @Test
    void answersWhenWhatsAppHasAcknowledged() {
        JsonNode answer = body(send("{'to':'+62 (812) 3456-7890','message':'Hello from WhatsApp API!'}"), 200);

        assertThat(without(answer, "messageId"))
                .isEqualTo(parse("{'success':true,'message':'Message sent successfully'}"));
        CommandEnvelope command = onlySend();
        assertThat(command.commandId())
                .isEqualTo(answer.get("messageId").stringValue())
                .matches("3EB0[0-9A-F]{18,}");
        assertThat(command.command())
                .isEqualTo(new Command.SendText("6281234567890", "Hello from WhatsApp API!", false));
    }

    @Test
    void publishesToTheShardOfTheSessionWithTheRequestsHeaders() {
        body(send("{'to':'6281234567890','message':'hi','skipValidation':true}").header("X-Request-Id", "req-1"), 200);

        ConsumerRecord<String, byte[]> message = gateway.worker().records().stream()
                .filter(candidate -> onlySend().commandId().equals(commandIdOf(candidate)))
                .findFirst()
                .orElseThrow();
        assertThat(message.partition()).isEqualTo(new ShardMap(GatewayHarness.SHARDS).shardOf(session));
        assertThat(message.key()).isEqualTo(session.toString());
        assertThat(new String(
                        message.headers().lastHeader(CommandHeaders.REQUEST_ID).value(), StandardCharsets.UTF_8))
                .isEqualTo("req-1");
        assertThat(new String(
                        message.headers().lastHeader(CommandHeaders.TENANT_ID).value(), StandardCharsets.UTF_8))
                .isEqualTo("acme");
        assertThat(onlySend().requestId()).isEqualTo("req-1");
        assertThat(onlySend().command()).isEqualTo(new Command.SendText("6281234567890", "hi", true));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "{}",
                "{'to':'6281234567890'}",
                "{'message':'hi'}",
                "{'to':null,'message':'hi'}",
                "{'to':'6281234567890','message':null}",
                "{'to':'6281234567890','message':''}",
                "{'to':' ','message':'hi'}"
            })
    void wantsARecipientAndAMessage(String body) {
        expect(send(body), 400, MISSING);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "{'to':6281234567890,'message':'hi'}|to|a number|a string",
                "{'to':'6281234567890','message':['hi']}|message|an array|a string",
                "{'to':'6281234567890','message':true}|message|a boolean|a string",
                "{'to':'6281234567890','message':'hi','skipValidation':'yes'}|skipValidation|a string|true or false",
                "{'to':'62812','message':'hi'}|to|62812|a phone number of 8 to 15 digits with country code",
                "{'to':'081234567890','message':'hi'}|to|081234567890|a phone number of 8 to 15 digits with country code, such as 6281234567890: write the country code instead of the leading 0",
                "{'to':'not a number','message':'hi'}|to|not a number|a phone number of 8 to 15 digits with country code",
                "['a']|body|an array|a JSON object"
            })
    void namesTheFieldThatCannotBeUsed(String body, String field, String found, String allowed) {
        expect(send(body), 400, """
                {'success':false,'error':'Bad Request','code':'invalid_field','message':'%1$s must be %3$s, but is %2$s',
                 'field':'%1$s','found':'%2$s','allowed':'%3$s'}""".formatted(field, found, allowed));
    }

    @Test
    void countsTheTextInCodePoints() {
        String longest = "😀".repeat(4096);

        body(send("{'to':'6281234567890','message':'" + longest + "'}"), 200);
        assertThat(onlySend().command()).isEqualTo(new Command.SendText("6281234567890", longest, false));
        expect(send("{'to':'6281234567890','message':'" + longest + "x'}"), 400, """
                {'success':false,'error':'Bad Request','code':'invalid_field','field':'message',
                 'found':'4097 characters','allowed':'1 to 4096 characters',
                 'message':'message must be 1 to 4096 characters, but is 4097 characters'}""");
    }

    @Test
    void saysThatTheNumberIsNotOnWhatsAppAsTheGuideDoes() {
        failWith(Outcome.Failed.of(FailureCode.NOT_REGISTERED, "not there"));

        assertThat(without(body(send("{'to':'+6281234567890','message':'hi'}"), 400), "messageId"))
                .isEqualTo(parse("""
                {'success':false,'error':'Invalid WhatsApp Number','code':'not_registered',
                 'message':'The phone number is not registered on WhatsApp.','phoneNumber':'6281234567890'}"""));
    }

    @Test
    void passesOnWhatsAppsReasonForARejection() {
        failWith(new Outcome.Failed(FailureCode.REJECTED, 463, "refused"));

        assertThat(without(body(send("{'to':'6281234567890','message':'hi'}"), 422), "messageId"))
                .isEqualTo(parse("""
                {'success':false,'error':'Message Rejected','code':'rejected','reason':463,
                 'message':'WhatsApp refused the message; reason is WhatsApp\\u0027s own code'}"""));
    }

    @ParameterizedTest
    @CsvSource({
        "SESSION_NOT_CONNECTED,409,Session Not Connected,session_not_connected",
        "LOGGED_OUT,409,Session Not Connected,logged_out",
        "BANNED,409,Session Not Connected,banned",
        "SESSION_DELETED,404,Not Found,session_not_found",
        "RECIPIENT_UNREACHABLE,422,Recipient Unreachable,recipient_unreachable",
        "RATE_LIMITED,429,Too Many Requests,rate_limited",
        "NEW_CHATS_RESTRICTED,429,Too Many Requests,new_chats_restricted",
        "SESSION_BUSY,429,Too Many Requests,session_busy",
        "NOT_ACKNOWLEDGED,504,Gateway Timeout,not_acknowledged",
        "EXPIRED,503,Service Unavailable,expired",
        "WITHDRAWN,503,Service Unavailable,withdrawn",
        "MEDIA_FAILED,502,Bad Gateway,media_failed",
        "INTERNAL,500,Internal Server Error,internal_error",
        "UNKNOWN,504,Gateway Timeout,unknown"
    })
    void givesEveryFailureItsOwnStatusAndCode(FailureCode failure, int status, String error, String code) {
        failWith(Outcome.Failed.of(failure, "a detail for the log only"));

        JsonNode answer = body(send("{'to':'6281234567890','message':'hi'}"), status);

        assertThat(answer.get("success").booleanValue()).isFalse();
        assertThat(answer.get("error").stringValue()).isEqualTo(error);
        assertThat(answer.get("code").stringValue()).isEqualTo(code);
        assertThat(answer.get("message").stringValue()).isNotBlank().doesNotContain("detail for the log");
        assertThat(answer.get("messageId").stringValue()).isEqualTo(onlySend().commandId());
        assertThat(answer.size()).isEqualTo(5);
    }

    @Test
    void tellsWhereToAskForAMessageThatMayHaveLeft() {
        failWith(Outcome.Failed.of(FailureCode.NOT_ACKNOWLEDGED, ""));

        send("{'to':'6281234567890','message':'hi'}")
                .exchange()
                .expectStatus()
                .isEqualTo(504)
                .expectHeader()
                .location("/api/messages/" + onlySend().commandId());
    }

    @Test
    void doesNotDenyAMessageWhoseSessionIsDeletedMeanwhile() {
        gateway.worker().on(envelope -> {
            if (!(envelope.command() instanceof Command.Send)) {
                return Optional.of(new Outcome.SessionChanged());
            }
            gateway.worker()
                    .redis()
                    .del(
                            gateway.worker().keys().session(session),
                            gateway.worker().keys().command(envelope.commandId()));
            return Optional.empty();
        });

        JsonNode answer = body(send("{'to':'6281234567890','message':'hi'}"), 504);

        assertThat(answer).isEqualTo(parse("""
                {'success':false,'error':'Gateway Timeout','code':'session_deleted','messageId':'%s',
                 'message':'The session was deleted before WhatsApp acknowledged; the message may have arrived or not'}""".formatted(onlySend().commandId())));
    }

    @Test
    void doesNotGuessWhatAnOutcomeOfANewerReleaseMeans() {
        gateway.worker().on(envelope -> Optional.of(new Outcome.Unrecognized()));

        JsonNode answer = body(send("{'to':'6281234567890','message':'hi'}"), 504);

        assertThat(answer.get("code").stringValue()).isEqualTo("unknown");
        assertThat(answer.get("messageId").stringValue()).isEqualTo(onlySend().commandId());
    }

    @Test
    void tellsTheAddressThatWhatsAppNamesAndTheIdOfASecondMessage() {
        gateway.worker().on(envelope -> Optional.of(new Outcome.MessageSent("551187654321", "3EB0AA")));

        JsonNode answer = body(send("{'to':'+5511987654321','message':'hi'}"), 200);
        JsonNode message = body(
                gateway.as(gateway.acme)
                        .get()
                        .uri("/api/messages/" + answer.get("messageId").stringValue()),
                200);

        for (JsonNode each : List.of(answer, message)) {
            assertThat(each.get("whatsappNumber").stringValue()).isEqualTo("551187654321");
            assertThat(each.get("textMessageId").stringValue()).isEqualTo("3EB0AA");
        }
    }

    @Test
    void saysUntilWhenNoChatsMayBeBegun() {
        Instant until = Instant.now().plusSeconds(7200).truncatedTo(ChronoUnit.SECONDS);
        failWith(new Outcome.Failed(FailureCode.NEW_CHATS_RESTRICTED, null, "locked", until));

        JsonNode answer = body(send("{'to':'6281234567890','message':'hi'}"), 429);

        assertThat(answer.get("until").stringValue()).isEqualTo(until.toString());
    }

    @ParameterizedTest
    @EnumSource(
            value = FailureCode.class,
            names = {
                "RECIPIENT_UNREACHABLE",
                "RATE_LIMITED",
                "NEW_CHATS_RESTRICTED",
                "SESSION_BUSY",
                "EXPIRED",
                "WITHDRAWN"
            })
    void saysWhenToComeAgain(FailureCode failure) {
        failWith(Outcome.Failed.of(failure, ""));

        send("{'to':'6281234567890','message':'hi'}")
                .exchange()
                .expectHeader()
                .value(
                        "Retry-After",
                        seconds -> assertThat(Integer.parseInt(seconds)).isPositive());
    }

    @ParameterizedTest
    @EnumSource(
            value = SessionStatus.class,
            names = {"QR", "DISCONNECTED", "CONNECTING"})
    void refusesASessionThatIsNotConnectedAtOnce(SessionStatus status) {
        UUID unpaired = gateway.newSession(gateway.acme);
        gateway.worker().setStatus(unpaired, status);

        expect(sendTo(unpaired, "{'to':'6281234567890','message':'hi'}"), 409, NOT_CONNECTED);

        assertThat(gateway.worker().received(Command.Send.class)).isEmpty();
    }

    @Test
    void saysWhyASessionIsDisconnected() {
        gateway.worker().setStatus(session, SessionStatus.DISCONNECTED);
        gateway.worker()
                .redis()
                .hset(
                        gateway.worker().keys().session(session),
                        SessionRecord.DISCONNECTION,
                        Disconnection.LOGGED_OUT.name());

        expect(send("{'to':'6281234567890','message':'hi'}"), 409, """
                {'success':false,'error':'Session Not Connected','code':'logged_out',
                 'message':'The phone logged this session out: reconnect it and scan the QR code'}""");
    }

    @Test
    void givesAPairedSessionThatIsConnectingToItsWorker() {
        gateway.worker().setStatus(session, SessionStatus.CONNECTING);

        body(send("{'to':'6281234567890','message':'hi'}"), 200);
    }

    private void failWith(Outcome.Failed failure) {
        gateway.worker().on(envelope -> Optional.of(failure));
    }

    private CommandEnvelope onlySend() {
        Awaitility.await()
                .until(() -> !gateway.worker().received(Command.Send.class).isEmpty());
        assertThat(gateway.worker().received(Command.Send.class)).hasSize(1);
        return gateway.worker().received(Command.Send.class).getFirst();
    }

    private static String commandIdOf(ConsumerRecord<String, byte[]> message) {
        return parse(message.value()).get("commandId").stringValue();
    }

    private WebTestClient.RequestHeadersSpec<?> send(String body) {
        return sendTo(session, body);
    }

    private WebTestClient.RequestHeadersSpec<?> sendTo(UUID target, String body) {
        return gateway.as(gateway.acme)
                .post()
                .uri("/api/sessions/" + target + "/send")
                .contentType(MediaType.APPLICATION_JSON)
                .bodyValue(body.replace('\'', '"'));
    }
}
