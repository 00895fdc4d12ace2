package dev.merpati.simulator.client;

import dev.merpati.simulator.crypto.Bytes;
import dev.merpati.simulator.crypto.KeyPair;
import dev.merpati.simulator.crypto.Keys;
import dev.merpati.simulator.noise.NoiseCipher;
import dev.merpati.simulator.noise.NoisePattern;
import dev.merpati.simulator.noise.SymmetricState;
import dev.merpati.simulator.proto.ProtoMessage;
import java.util.Arrays;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** The client's side of a handshake: XX, or IK with the server's key of an earlier one, which may fall back. */
public final class NoiseInitiator {
    private static final byte[] PROLOGUE = {'W', 'A', 6, 3};

    private final KeyPair ephemeral = KeyPair.generate();
    private final KeyPair noise;
    private final byte[] named;
    private final byte[] payload;
    private byte @Nullable [] serverStatic;
    private NoisePattern pattern;
    private SymmetricState state;
    private NoiseCipher @Nullable [] ciphers;
    private @Nullable ProtoMessage certificates;

    /** @param serverStatic the server's key of an earlier connection; null for a first one */
    public NoiseInitiator(KeyPair noise, byte[] payload, byte @Nullable [] serverStatic) {
        this(noise, noise.publicKey(), payload, serverStatic);
    }

    /** A client that says that its key is {@code named}, and holds {@code noise}. */
    public NoiseInitiator(KeyPair noise, byte[] named, byte[] payload, byte @Nullable [] serverStatic) {
        this.noise = noise;
        this.named = named;
        this.payload = payload;
        this.serverStatic = serverStatic;
        this.pattern = serverStatic == null ? NoisePattern.XX : NoisePattern.IK;
        this.state = new SymmetricState(pattern);
    }

    /** The first message. */
    public byte[] hello() {
        byte[] known = serverStatic;
        state.mixHash(PROLOGUE);
        if (known != null) {
            state.mixHash(known);
        }
        state.mixHash(ephemeral.publicKey());
        var hello = ProtoMessage.builder().bytes(1, ephemeral.publicKey());
        if (known != null) {
            state.mixKey(ephemeral.agree(known));
            hello.bytes(2, state.encryptAndHash(named));
            state.mixKey(noise.agree(known));
            hello.bytes(3, state.encryptAndHash(payload));
        }
        return ProtoMessage.builder().message(2, hello).build();
    }

    /** Takes the server's answer; returns the last message, if there is one to send. */
    public Optional<byte[]> answer(byte[] frame) {
        ProtoMessage hello = ProtoMessage.parse(frame).requiredMessage(3);
        byte[] serverEphemeral = hello.requiredBytes(1);
        if (pattern == NoisePattern.IK && !hello.has(2)) {
            state.mixHash(serverEphemeral);
            state.mixKey(ephemeral.agree(serverEphemeral));
            state.mixKey(noise.agree(serverEphemeral));
            verify(Objects.requireNonNull(serverStatic), state.decryptAndHash(hello.requiredBytes(3)));
            ciphers = state.split();
            return Optional.empty();
        }
        if (pattern == NoisePattern.IK) {
            pattern = NoisePattern.XX_FALLBACK;
            state = new SymmetricState(pattern);
            state.mixHash(PROLOGUE);
            state.mixHash(ephemeral.publicKey());
        }
        state.mixHash(serverEphemeral);
        state.mixKey(ephemeral.agree(serverEphemeral));
        byte[] found = state.decryptAndHash(hello.requiredBytes(2));
        state.mixKey(ephemeral.agree(found));
        verify(found, state.decryptAndHash(hello.requiredBytes(3)));
        serverStatic = found;
        byte[] encryptedStatic = state.encryptAndHash(named);
        state.mixKey(noise.agree(serverEphemeral));
        byte[] encryptedPayload = state.encryptAndHash(payload);
        ciphers = state.split();
        return Optional.of(ProtoMessage.builder()
                .message(4, ProtoMessage.builder().bytes(1, encryptedStatic).bytes(2, encryptedPayload))
                .build());
    }

    private void verify(byte[] key, byte[] encoded) {
        ProtoMessage chain = ProtoMessage.parse(encoded);
        ProtoMessage leaf = ProtoMessage.parse(chain.requiredMessage(1).requiredBytes(1));
        if (!Arrays.equals(leaf.requiredBytes(3), key)) {
            throw new IllegalStateException("The certificate is for another key");
        }
        certificates = chain;
    }

    /** Whether a root key signed the intermediate certificate, and its key the server's. */
    public boolean isSignedBy(byte[] rootKey) {
        ProtoMessage chain = Objects.requireNonNull(certificates, "the handshake is not through");
        ProtoMessage leaf = chain.requiredMessage(1);
        ProtoMessage intermediate = chain.requiredMessage(2);
        byte[] intermediateKey =
                ProtoMessage.parse(intermediate.requiredBytes(1)).requiredBytes(3);
        return Keys.verify(rootKey, intermediate.requiredBytes(1), intermediate.requiredBytes(2))
                && Keys.verify(intermediateKey, leaf.requiredBytes(1), leaf.requiredBytes(2));
    }

    /** The handshake that it became. */
    public NoisePattern pattern() {
        return pattern;
    }

    /** The server's key, known when the handshake is through. */
    public byte[] serverStatic() {
        return Objects.requireNonNull(serverStatic, "the handshake is not through");
    }

    public NoiseCipher toServer() {
        return Objects.requireNonNull(ciphers, "the handshake is not through")[0];
    }

    public NoiseCipher fromServer() {
        return Objects.requireNonNull(ciphers, "the handshake is not through")[1];
    }

    /** What opens a connection, with routing information of an earlier one before it if there is any. */
    static byte[] opening(byte[] routing) {
        return routing.length == 0
                ? PROLOGUE
                : Bytes.concat(new byte[] {'E', 'D', 0, 1}, Bytes.bigEndian(routing.length, 3), routing, PROLOGUE);
    }
}
