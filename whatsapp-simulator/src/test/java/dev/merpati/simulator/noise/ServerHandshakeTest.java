package dev.merpati.simulator.noise;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.merpati.simulator.crypto.KeyPair;
import dev.merpati.simulator.proto.ProtoMessage;
import java.time.Clock;
import org.junit.jupiter.api.Test;

class ServerHandshakeTest {
    private static final byte[] PAYLOAD = {1, 2, 3};

    private final ServerHandshake server = new ServerHandshake(ServerIdentity.create(Clock.systemUTC()));
    private final SymmetricState client = new SymmetricState();
    private final KeyPair ephemeral = KeyPair.generate();
    private final KeyPair noise = KeyPair.generate();

    @Test
    void bothSidesEndWithTheSameKeys() {
        ClientFinish finish = server.finish(clientFinish(noise));
        NoiseCipher[] ciphers = client.split();

        assertThat(finish.clientStatic()).isEqualTo(noise.publicKey());
        assertThat(finish.payload()).isEqualTo(PAYLOAD);
        for (int i = 0; i < 3; i++) {
            assertThat(finish.fromClient().decrypt(ciphers[0].encrypt(new byte[] {(byte) i})))
                    .containsExactly(i);
            assertThat(ciphers[1].decrypt(finish.toClient().encrypt(new byte[] {(byte) -i})))
                    .containsExactly(-i);
        }
    }

    @Test
    void refusesAClientThatDoesNotHoldItsKey() {
        byte[] finish = clientFinish(KeyPair.generate());
        assertThatThrownBy(() -> server.finish(finish)).isInstanceOf(NoiseException.class);
    }

    @Test
    void refusesFramesOutOfOrder() {
        ClientFinish finish = server.finish(clientFinish(noise));
        NoiseCipher toServer = client.split()[0];
        byte[] skipped = toServer.encrypt(PAYLOAD);
        byte[] second = toServer.encrypt(PAYLOAD);
        assertThat(skipped).isNotEqualTo(second);
        assertThatThrownBy(() -> finish.fromClient().decrypt(second)).isInstanceOf(NoiseException.class);
    }

    /** The client names its key, but agrees with {@code used}. */
    private byte[] clientFinish(KeyPair used) {
        client.mixHash(new byte[] {'W', 'A', 6, 3});
        client.mixHash(ephemeral.publicKey());
        byte[] hello = server.answerHello(ProtoMessage.builder()
                .message(2, ProtoMessage.builder().bytes(1, ephemeral.publicKey()))
                .build());
        ProtoMessage answer = ProtoMessage.parse(hello).requiredMessage(3);
        byte[] serverEphemeral = answer.requiredBytes(1);
        client.mixHash(serverEphemeral);
        client.mixKey(ephemeral.agree(serverEphemeral));
        client.mixKey(ephemeral.agree(client.decryptAndHash(answer.requiredBytes(2))));
        assertThat(client.decryptAndHash(answer.requiredBytes(3))).isNotEmpty();
        byte[] encryptedStatic = client.encryptAndHash(noise.publicKey());
        client.mixKey(used.agree(serverEphemeral));
        return ProtoMessage.builder()
                .message(4, ProtoMessage.builder().bytes(1, encryptedStatic).bytes(2, client.encryptAndHash(PAYLOAD)))
                .build();
    }
}
