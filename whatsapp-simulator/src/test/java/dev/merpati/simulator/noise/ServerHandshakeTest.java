package dev.merpati.simulator.noise;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.merpati.simulator.client.NoiseInitiator;
import dev.merpati.simulator.crypto.KeyPair;
import dev.merpati.simulator.proto.ProtoMessage;
import java.time.Clock;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class ServerHandshakeTest {
    private static final byte[] PAYLOAD = {1, 2, 3};

    private final ServerIdentity identity = ServerIdentity.create(Clock.systemUTC());
    private final ServerHandshake server = new ServerHandshake(identity);
    private final KeyPair noise = KeyPair.generate();

    @Test
    void bothSidesEndWithTheSameKeys() {
        NoiseInitiator client = client(null);
        ServerHandshake.HelloAnswer answer = server.answerHello(client.hello(), () -> true);
        assertThat(answer.pattern()).isEqualTo(NoisePattern.XX);
        ClientFinish finish = server.finish(client.answer(answer.message()).orElseThrow());
        assertConnected(client, finish);
    }

    @Test
    void aClientThatKnowsTheServersKeyResumesInOneRoundTrip() {
        NoiseInitiator client = client(identity.staticKeys().publicKey());
        ServerHandshake.HelloAnswer answer = server.answerHello(client.hello(), () -> true);
        assertThat(answer.pattern()).isEqualTo(NoisePattern.IK);
        assertThat(client.answer(answer.message())).isEmpty();
        assertConnected(client, answer.finished().orElseThrow());
        assertThat(client.isSignedBy(identity.rootKey())).isTrue();
    }

    @Test
    void aClientThatKnowsAnotherKeyFallsBack() {
        assertFallsBack(client(KeyPair.generate().publicKey()), true);
    }

    @Test
    void aResumptionIsTurnedDownWhenTheServerWantsTo() {
        assertFallsBack(client(identity.staticKeys().publicKey()), false);
    }

    private void assertFallsBack(NoiseInitiator client, boolean mayResume) {
        ServerHandshake.HelloAnswer answer = server.answerHello(client.hello(), () -> mayResume);
        assertThat(answer.pattern()).isEqualTo(NoisePattern.XX_FALLBACK);
        assertThat(answer.finished()).isEmpty();
        ClientFinish finish = server.finish(client.answer(answer.message()).orElseThrow());
        assertThat(client.pattern()).isEqualTo(NoisePattern.XX_FALLBACK);
        assertThat(client.serverStatic()).isEqualTo(identity.staticKeys().publicKey());
        assertConnected(client, finish);
    }

    @Test
    void refusesAClientThatDoesNotHoldItsKey() {
        NoiseInitiator client = new NoiseInitiator(KeyPair.generate(), noise.publicKey(), PAYLOAD, null);
        byte[] finish = client.answer(
                        server.answerHello(client.hello(), () -> true).message())
                .orElseThrow();
        assertThatThrownBy(() -> server.finish(finish)).isInstanceOf(NoiseException.class);
    }

    @Test
    void aClientThatDoesNotHoldItsKeyCannotResume() {
        byte[] known = identity.staticKeys().publicKey();
        NoiseInitiator client = new NoiseInitiator(KeyPair.generate(), noise.publicKey(), PAYLOAD, known);
        assertThat(server.answerHello(client.hello(), () -> true).finished()).isEmpty();
    }

    @Test
    void aResumptionWithATamperedPayloadIsNotLetIn() {
        ProtoMessage hello = ProtoMessage.parse(
                        client(identity.staticKeys().publicKey()).hello())
                .requiredMessage(2);
        byte[] payload = hello.requiredBytes(3).clone();
        payload[0] ^= 1;
        byte[] tampered = ProtoMessage.builder()
                .message(
                        2,
                        ProtoMessage.builder()
                                .bytes(1, hello.requiredBytes(1))
                                .bytes(2, hello.requiredBytes(2))
                                .bytes(3, payload))
                .build();
        assertThat(server.answerHello(tampered, () -> true).finished()).isEmpty();
    }

    @Test
    void refusesFramesOutOfOrder() {
        NoiseInitiator client = client(null);
        byte[] answer = server.answerHello(client.hello(), () -> true).message();
        ClientFinish finish = server.finish(client.answer(answer).orElseThrow());
        byte[] skipped = client.toServer().encrypt(PAYLOAD);
        byte[] second = client.toServer().encrypt(PAYLOAD);
        assertThat(skipped).isNotEqualTo(second);
        assertThatThrownBy(() -> finish.fromClient().decrypt(second)).isInstanceOf(NoiseException.class);
    }

    private NoiseInitiator client(byte @Nullable [] serverStatic) {
        return new NoiseInitiator(noise, PAYLOAD, serverStatic);
    }

    private void assertConnected(NoiseInitiator client, ClientFinish finish) {
        assertThat(finish.clientStatic()).isEqualTo(noise.publicKey());
        assertThat(finish.payload()).isEqualTo(PAYLOAD);
        for (int i = 0; i < 3; i++) {
            assertThat(finish.fromClient().decrypt(client.toServer().encrypt(new byte[] {(byte) i})))
                    .containsExactly(i);
            assertThat(client.fromServer().decrypt(finish.toClient().encrypt(new byte[] {(byte) -i})))
                    .containsExactly(-i);
        }
    }
}
