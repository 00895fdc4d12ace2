package dev.merpati.simulator.noise;

import dev.merpati.simulator.crypto.Bytes;
import dev.merpati.simulator.crypto.Hash;
import dev.merpati.simulator.crypto.KeyPair;
import dev.merpati.simulator.proto.ProtoBuilder;
import dev.merpati.simulator.proto.ProtoMessage;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;

/**
 * The server's Noise key and the chain that vouches for it: {@code CertChain{leaf=1, intermediate=2}}, each
 * {@code {details=1, signature=2}}, details {@code {serial=1, issuerSerial=2, key=3, notBefore=4, notAfter=5}}. The
 * root that clients know is WhatsApp's and not ours: a client that verifies the chain has to trust {@link #rootKey()}
 * instead. One for the whole server; immutable.
 */
public final class ServerIdentity {
    private static final int LEAF_SERIAL = 2;
    private static final int INTERMEDIATE_SERIAL = 1;
    private static final int ROOT_SERIAL = 0;
    private static final Duration VALIDITY = Duration.ofDays(365);

    private static final int KEY_BYTES = 32;

    private final KeyPair root;
    private final KeyPair intermediate;
    private final KeyPair staticKeys;
    private final byte[] certificateChain;

    private ServerIdentity(KeyPair root, KeyPair intermediate, KeyPair staticKeys, Clock clock) {
        this.root = root;
        this.intermediate = intermediate;
        this.staticKeys = staticKeys;
        Instant now = clock.instant();
        certificateChain = ProtoMessage.builder()
                .message(1, certificate(LEAF_SERIAL, INTERMEDIATE_SERIAL, staticKeys.publicKey(), intermediate, now))
                .message(2, certificate(INTERMEDIATE_SERIAL, ROOT_SERIAL, intermediate.publicKey(), root, now))
                .build();
    }

    public static ServerIdentity create(Clock clock) {
        return new ServerIdentity(KeyPair.generate(), KeyPair.generate(), KeyPair.generate(), clock);
    }

    /**
     * Brings a stored identity back, with new certificates for the old keys.
     *
     * @throws IllegalArgumentException if these are not {@link #privateKeys()}
     */
    public static ServerIdentity restore(byte[] privateKeys, Clock clock) {
        if (privateKeys.length != 3 * KEY_BYTES) {
            throw new IllegalArgumentException(
                    "Three private keys have " + 3 * KEY_BYTES + " bytes; found " + privateKeys.length);
        }
        KeyPair[] keys = new KeyPair[3];
        for (int i = 0; i < keys.length; i++) {
            keys[i] = KeyPair.ofPrivate(Arrays.copyOfRange(privateKeys, i * KEY_BYTES, (i + 1) * KEY_BYTES));
        }
        return new ServerIdentity(keys[0], keys[1], keys[2], clock);
    }

    /** The private keys of root, intermediate and server, 32 bytes each. */
    public byte[] privateKeys() {
        return Bytes.concat(root.privateKey(), intermediate.privateKey(), staticKeys.privateKey());
    }

    /** The public key that signed the intermediate certificate, 32 bytes: what a client must trust. */
    public byte[] rootKey() {
        return root.publicKey();
    }

    /** A secret of 32 bytes that only this server can derive, and derives again after a restart. */
    public byte[] secret(String purpose) {
        return Hash.hkdf(
                staticKeys.privateKey(), new byte[KEY_BYTES], purpose.getBytes(StandardCharsets.US_ASCII), KEY_BYTES);
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
