package dev.merpati.simulator.noise;

import dev.merpati.simulator.crypto.KeyPair;
import dev.merpati.simulator.proto.ProtoBuilder;
import dev.merpati.simulator.proto.ProtoMessage;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;

/**
 * The server's Noise key and the chain that vouches for it: {@code CertChain{leaf=1, intermediate=2}}, each
 * {@code {details=1, signature=2}}, details {@code {serial=1, issuerSerial=2, key=3, notBefore=4, notAfter=5}}. The
 * root that clients know is not ours, so that only clients which do not verify the root's signature accept it; all that
 * were tried do not. One for the whole server; immutable.
 */
public final class ServerIdentity {
    private static final int LEAF_SERIAL = 2;
    private static final int INTERMEDIATE_SERIAL = 1;
    private static final int ROOT_SERIAL = 0;
    private static final Duration VALIDITY = Duration.ofDays(365);

    private final KeyPair staticKeys = KeyPair.generate();
    private final byte[] certificateChain;

    public ServerIdentity(Clock clock) {
        KeyPair root = KeyPair.generate();
        KeyPair intermediate = KeyPair.generate();
        Instant now = clock.instant();
        certificateChain = ProtoMessage.builder()
                .message(1, certificate(LEAF_SERIAL, INTERMEDIATE_SERIAL, staticKeys.publicKey(), intermediate, now))
                .message(2, certificate(INTERMEDIATE_SERIAL, ROOT_SERIAL, intermediate.publicKey(), root, now))
                .build();
    }

    KeyPair staticKeys() {
        return staticKeys;
    }

    byte[] certificateChain() {
        return certificateChain;
    }

    private static ProtoBuilder certificate(int serial, int issuerSerial, byte[] key, KeyPair issuer, Instant now) {
        byte[] details = ProtoMessage.builder()
                .number(1, serial)
                .number(2, issuerSerial)
                .bytes(3, key)
                .number(4, now.minus(VALIDITY).getEpochSecond())
                .number(5, now.plus(VALIDITY).getEpochSecond())
                .build();
        return ProtoMessage.builder().bytes(1, details).bytes(2, issuer.sign(details));
    }
}
