package dev.merpati.simulator.noise;

import dev.merpati.simulator.crypto.KeyPair;
import dev.merpati.simulator.proto.ProtoBuilder;
import dev.merpati.simulator.proto.ProtoMessage;
import java.util.Optional;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;

/**
 * The responder's side of one handshake: {@link #answerHello}, then {@link #finish} unless the answer has ended it. Not
 * thread-safe.
 *
 * <p>The messages are those of WhatsApp's {@code HandshakeMessage}: clientHello = field 2, serverHello = 3,
 * clientFinish = 4, each {@code {ephemeral=1, static=2, payload=3}}, but clientFinish {@code {static=1, payload=2}}. A
 * hello with all three is a resumption (IK), which the server accepts by an answer without its static key and turns down
 * by one with it (XXfallback); so current clients read it.
 */
public final class ServerHandshake {
    /** The bytes that open every connection: "WA", protocol 6, dictionary 3. Noise takes them as its prologue. */
    private static final byte[] PROLOGUE = {'W', 'A', 6, 3};

    private static final int CLIENT_HELLO = 2;
    private static final int SERVER_HELLO = 3;
    private static final int CLIENT_FINISH = 4;

    private final ServerIdentity identity;
    private final KeyPair ephemeral = KeyPair.generate();
    private @Nullable SymmetricState state;

    /**
     * The server's answer to the first message.
     *
     * @param pattern the handshake that it belongs to
     * @param finished what the client said, if the handshake ends with this answer
     */
    @SuppressWarnings("ArrayRecordComponent") // never compared
    public record HelloAnswer(byte[] message, NoisePattern pattern, Optional<ClientFinish> finished) {}

    @SuppressWarnings("ArrayRecordComponent") // never compared
    private record Resumption(SymmetricState state, byte[] clientStatic, byte[] payload) {}

    public ServerHandshake(ServerIdentity identity) {
        this.identity = identity;
    }

    /**
     * Takes the client's first message and returns the server's.
     *
     * @param mayResume asked when the client resumes; false answers it as a server does whose key has changed
     */
    public HelloAnswer answerHello(byte[] message, BooleanSupplier mayResume) {
        ProtoMessage hello = ProtoMessage.parse(message).requiredMessage(CLIENT_HELLO);
        byte[] clientEphemeral = hello.requiredBytes(1);
        if (!hello.has(2) && !hello.has(3)) {
            return begin(NoisePattern.XX, clientEphemeral);
        }
        Optional<Resumption> resumption = mayResume.getAsBoolean()
                ? read(clientEphemeral, hello.requiredBytes(2), hello.requiredBytes(3))
                : Optional.empty();
        return resumption
                .map(read -> resume(clientEphemeral, read))
                .orElseGet(() -> begin(NoisePattern.XX_FALLBACK, clientEphemeral));
    }

    /** Empty if the message is for another key than the server's. */
    private Optional<Resumption> read(byte[] clientEphemeral, byte[] encryptedStatic, byte[] encryptedPayload) {
        SymmetricState resumed = new SymmetricState(NoisePattern.IK);
        resumed.mixHash(PROLOGUE);
        resumed.mixHash(identity.staticKeys().publicKey());
        resumed.mixHash(clientEphemeral);
        resumed.mixKey(identity.staticKeys().agree(clientEphemeral));
        try {
            byte[] clientStatic = resumed.decryptAndHash(encryptedStatic);
            resumed.mixKey(identity.staticKeys().agree(clientStatic));
            return Optional.of(new Resumption(resumed, clientStatic, resumed.decryptAndHash(encryptedPayload)));
        } catch (NoiseException _) {
            return Optional.empty();
        }
    }

    private HelloAnswer resume(byte[] clientEphemeral, Resumption read) {
        SymmetricState resumed = read.state();
        resumed.mixHash(ephemeral.publicKey());
        resumed.mixKey(ephemeral.agree(clientEphemeral));
        resumed.mixKey(ephemeral.agree(read.clientStatic()));
        byte[] encryptedCertificate = resumed.encryptAndHash(identity.certificateChain());
        byte[] answer = serverHello(
                ProtoMessage.builder().bytes(1, ephemeral.publicKey()).bytes(3, encryptedCertificate));
        return new HelloAnswer(
                answer, NoisePattern.IK, Optional.of(finished(resumed, read.clientStatic(), read.payload())));
    }

    private HelloAnswer begin(NoisePattern pattern, byte[] clientEphemeral) {
        SymmetricState begun = new SymmetricState(pattern);
        begun.mixHash(PROLOGUE);
        begun.mixHash(clientEphemeral);
        begun.mixHash(ephemeral.publicKey());
        begun.mixKey(ephemeral.agree(clientEphemeral));
        byte[] encryptedStatic = begun.encryptAndHash(identity.staticKeys().publicKey());
        begun.mixKey(identity.staticKeys().agree(clientEphemeral));
        byte[] encryptedCertificate = begun.encryptAndHash(identity.certificateChain());
        state = begun;
        byte[] answer = serverHello(ProtoMessage.builder()
                .bytes(1, ephemeral.publicKey())
                .bytes(2, encryptedStatic)
                .bytes(3, encryptedCertificate));
        return new HelloAnswer(answer, pattern, Optional.empty());
    }

    /**
     * Takes the client's second message.
     *
     * @throws NoiseException if it is not authentic
     */
    public ClientFinish finish(byte[] message) {
        SymmetricState begun = state;
        if (begun == null) {
            throw new IllegalStateException("There was no hello, or its answer ended the handshake");
        }
        ProtoMessage finish = ProtoMessage.parse(message).requiredMessage(CLIENT_FINISH);
        byte[] clientStatic = begun.decryptAndHash(finish.requiredBytes(1));
        begun.mixKey(ephemeral.agree(clientStatic));
        return finished(begun, clientStatic, begun.decryptAndHash(finish.requiredBytes(2)));
    }

    private static byte[] serverHello(ProtoBuilder fields) {
        return ProtoMessage.builder().message(SERVER_HELLO, fields).build();
    }

    private static ClientFinish finished(SymmetricState state, byte[] clientStatic, byte[] payload) {
        NoiseCipher[] ciphers = state.split();
        return new ClientFinish(clientStatic, payload, ciphers[0], ciphers[1]);
    }
}
