package dev.merpati.gateway.message;

import static dev.merpati.gateway.harness.TestJson.body;
import static dev.merpati.gateway.harness.TestJson.expect;
import static org.assertj.core.api.Assertions.assertThat;

import dev.merpati.gateway.harness.GatewayHarness;
import dev.merpati.gateway.harness.SharedGateway;
import dev.merpati.model.command.Command;
import dev.merpati.model.command.CommandEnvelope;
import dev.merpati.model.outcome.CommandRecord;
import dev.merpati.model.outcome.CommandState;
import dev.merpati.model.outcome.FailureCode;
import dev.merpati.model.outcome.Outcome;
import dev.merpati.model.redis.RedisKeys;
import io.micrometer.core.instrument.MeterRegistry;
import java.time.Duration;
import java.time.temporal.ChronoUnit;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.IntStream;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.http.MediaType;
import org.springframework.test.web.reactive.server.WebTestClient;
import tools.jackson.databind.JsonNode;

class IdempotencyIT {
    private final GatewayHarness gateway = SharedGateway.get();
    private final UUID session = gateway.connectedSession(gateway.acme);
    private final String key = UUID.randomUUID().toString();

    @Test
    void givesTheFirstAnswerAgainAndSendsNothingTwice() {
        JsonNode first = body(send(key, "hello"), 200);
        JsonNode second = body(send(key, "hello"), 200);

        assertThat(second).isEqualTo(first);
        assertThat(sends()).hasSize(1);
    }

    @Test
    void sendsOnceForManyAtOnceAndAnswersAllAlike() throws Exception {
        gateway.worker().on(envelope -> Optional.empty());
        try (ExecutorService clients = Executors.newFixedThreadPool(12)) {
            List<Future<JsonNode>> answers = IntStream.range(0, 12)
                    .mapToObj(i -> clients.submit(() -> body(send(key, "hello"), 200)))
                    .toList();
            Awaitility.await().until(() -> sends().size() == 1);
            gateway.worker().finish(sends().getFirst(), new Outcome.MessageSent(null, null));

            Set<JsonNode> distinct = new HashSet<>();
            for (Future<JsonNode> answer : answers) {
                distinct.add(answer.get());
            }
            assertThat(distinct).hasSize(1);
            assertThat(sends()).hasSize(1);
        }
    }

    @Test
    void waitsForARequestThatAnotherGatewayIsAnswering() throws Exception {
        gateway.worker().on(envelope -> Optional.empty());
        ConfigurableApplicationContext second = gateway.another();
        try (ExecutorService client = Executors.newFixedThreadPool(2)) {
            Future<JsonNode> first = client.submit(() -> body(send(key, "hello"), 200));
            Awaitility.await().until(() -> sends().size() == 1);
            Future<JsonNode> repeated =
                    client.submit(() -> body(sendBy(GatewayHarness.client(second, gateway.acme), key, "hello"), 200));
            Awaitility.await().until(() -> waiters(second) == 1);
            gateway.worker().finish(sends().getFirst(), new Outcome.MessageSent(null, null));

            assertThat(repeated.get()).isEqualTo(first.get());
            assertThat(sends()).hasSize(1);
        }
    }

    @Test
    void refusesTheKeyWithAnotherBody() {
        body(send(key, "hello"), 200);

        expect(send(key, "hello!"), 422, """
                {'success':false,'error':'Unprocessable Content','code':'idempotency_key_reused',
                 'message':'This Idempotency-Key was used with another request: use a new key for a new message'}""");

        assertThat(sends()).hasSize(1);
    }

    @Test
    void keepsTheKeysOfTenantsApart() {
        UUID theirs = gateway.connectedSession(gateway.other);
        body(send(key, "hello"), 200);

        body(
                gateway.as(gateway.other)
                        .post()
                        .uri("/api/sessions/" + theirs + "/send")
                        .header("Idempotency-Key", key)
                        .contentType(MediaType.APPLICATION_JSON)
                        .bodyValue("{\"to\":\"6281234567890\",\"message\":\"other\"}"),
                200);

        assertThat(sends()).hasSize(2);
    }

    @Test
    void givesAFailureAgain() {
        gateway.worker().on(envelope -> Optional.of(Outcome.Failed.of(FailureCode.NOT_REGISTERED, "")));
        JsonNode first = body(send(key, "hello"), 400);
        gateway.worker().on(envelope -> Optional.of(new Outcome.MessageSent(null, null)));

        assertThat(body(send(key, "hello"), 400)).isEqualTo(first);
        assertThat(sends()).hasSize(1);
    }

    @Test
    void triesAgainAfterAnAnswerThatAsksForIt() {
        gateway.worker().on(envelope -> Optional.of(Outcome.Failed.of(FailureCode.SESSION_BUSY, "")));
        body(send(key, "hello"), 429);
        gateway.worker().on(envelope -> Optional.of(new Outcome.MessageSent(null, null)));

        body(send(key, "hello"), 200);
        assertThat(sends()).hasSize(2);
        assertThat(sends().getLast().commandId())
                .as("should both reach a phone, it shows one")
                .isEqualTo(sends().getFirst().commandId());
    }

    @Test
    void aKeyThatAnErrorFreedTakesAnotherRequest() {
        gateway.worker().on(envelope -> Optional.of(Outcome.Failed.of(FailureCode.SESSION_BUSY, "")));
        body(send(key, "hello"), 429);
        gateway.worker().on(envelope -> Optional.of(new Outcome.MessageSent(null, null)));

        body(send(key, "something else"), 200);
    }

    @Test
    void aLateFailureFreesNoKeyThatHasBeenBoundAnew() throws Exception {
        gateway.worker().on(envelope -> Optional.empty());
        try (ExecutorService client = Executors.newSingleThreadExecutor()) {
            Future<JsonNode> first = client.submit(() -> body(send(key, "hello"), 429));
            Awaitility.await().until(() -> sends().size() == 1);
            gateway.worker().redis().hset(redisKey(), "attempt", "another attempt");

            gateway.worker().finish(sends().getFirst(), Outcome.Failed.of(FailureCode.SESSION_BUSY, ""));

            first.get();
            assertThat(gateway.worker().redis().hget(redisKey(), "attempt")).isEqualTo("another attempt");
        }
    }

    @Test
    void aKeyThatRedisHasLostStillSendsNothingTwice() {
        JsonNode first = body(send(key, "hello"), 200);
        gateway.worker().redis().del(redisKey());

        assertThat(body(send(key, "hello"), 200)).isEqualTo(first);
        assertThat(sends()).hasSize(1);
    }

    @Test
    void aKeyThatRedisHasLostWithItsCommandGoesOutUnderTheSameId() {
        body(send(key, "hello"), 200);
        CommandEnvelope first = sends().getFirst();
        gateway.worker().redis().del(redisKey());
        gateway.worker().redis().del(gateway.worker().keys().command(first.commandId()));

        body(send(key, "hello"), 200);

        assertThat(sends())
                .extracting(CommandEnvelope::commandId)
                .containsExactly(first.commandId(), first.commandId());
    }

    @Test
    void leavesTheKeyFreeWhenTheSessionWasNotConnected() {
        UUID unpaired = gateway.newSession(gateway.acme);
        WebTestClient.RequestHeadersSpec<?> request = gateway.as(gateway.acme)
                .post()
                .uri("/api/sessions/" + unpaired + "/send")
                .header("Idempotency-Key", key)
                .contentType(MediaType.APPLICATION_JSON)
                .bodyValue("{\"to\":\"6281234567890\",\"message\":\"hello\"}");
        body(request, 409);
        gateway.worker().connect(unpaired, "628111");

        body(request, 200);
    }

    @Test
    void publishesForARequestThatDiedBetweenTheKeyAndTheCommand() {
        body(send(key, "hello"), 200);
        CommandEnvelope first = sends().getFirst();
        gateway.worker().redis().del(gateway.worker().keys().command(first.commandId()));

        body(send(key, "hello"), 200);

        assertThat(sends())
                .extracting(CommandEnvelope::commandId)
                .containsExactly(first.commandId(), first.commandId());
    }

    @Test
    void publishesForAGatewayThatDiedBetweenTheRecordAndKafka() {
        body(send(key, "hello"), 200);
        CommandEnvelope first = sends().getFirst();
        String record = gateway.worker().keys().command(first.commandId());
        gateway.worker().redis().hset(record, CommandRecord.STATE, CommandState.QUEUED.name());
        gateway.worker().redis().hdel(record, CommandRecord.OUTCOME);

        body(sendBy(SharedGateway.impatient(gateway.acme), key, "hello"), 202);

        Awaitility.await().until(() -> sends().size() == 2);
        assertThat(sends().getLast().commandId()).isEqualTo(first.commandId());
        assertThat(sends().getLast().notAfter()).isEqualTo(first.notAfter().truncatedTo(ChronoUnit.MILLIS));
    }

    @Test
    void keepsAKeyForADay() {
        body(send(key, "hello"), 200);

        assertThat(Duration.ofSeconds(gateway.worker().redis().ttl(redisKey())))
                .isBetween(Duration.ofHours(23), Duration.ofHours(24));
    }

    @ParameterizedTest
    @ValueSource(strings = {"with a blank", "ünicode"})
    void refusesAKeyThatIsNone(String bad) {
        JsonNode error = body(send(bad, "hello"), 400);

        assertThat(error.get("field").stringValue()).isEqualTo("Idempotency-Key");
        assertThat(sends()).isEmpty();
    }

    private static double waiters(ConfigurableApplicationContext other) {
        return other.getBean(MeterRegistry.class)
                .get("merpati.gateway.outcomes.awaited")
                .gauge()
                .value();
    }

    private String redisKey() {
        return RedisKeys.tenantTag("acme") + "idempotency:" + key;
    }

    private List<CommandEnvelope> sends() {
        return gateway.worker().received(Command.Send.class);
    }

    private WebTestClient.RequestHeadersSpec<?> send(String idempotencyKey, String text) {
        return sendBy(gateway.as(gateway.acme), idempotencyKey, text);
    }

    private WebTestClient.RequestHeadersSpec<?> sendBy(WebTestClient client, String idempotencyKey, String text) {
        return client.post()
                .uri("/api/sessions/" + session + "/send")
                .header("Idempotency-Key", idempotencyKey)
                .contentType(MediaType.APPLICATION_JSON)
                .bodyValue("{\"to\":\"6281234567890\",\"message\":\"" + text + "\"}");
    }
}
