package dev.merpati.simulator.noise;

import dev.merpati.simulator.crypto.KeyPair;
import dev.merpati.simulator.proto.ProtoMessage;

/**
 * The responder's side of one handshake: {@link #answerHello}, then {@link #finish}. Not thread-safe.
 *
 * <p>The messages are those of WhatsApp's {@code HandshakeMessage}: clientHello = field 2, serverHello = 3,
 * clientFinish = 4.
 */
public final class ServerHandshake {
    /** The bytes that open every connection: "WA", protocol 6, dictionary 3. Noise takes them as its prologue. */
    private static final byte[] PROLOGUE = {'W', 'A', 6, 3};

    private static final int CLIENT_HELLO = 2;
    private static final int SERVER_HELLO = 3;
    private static final int CLIENT_FINISH = 4;

    private final ServerIdentity identity;
    private final SymmetricState state = new SymmetricState();
    private final KeyPair ephemeral = KeyPair.generate();

    public ServerHandshake(ServerIdentity identity) {
        this.identity = identity;
        state.mixHash(PROLOGUE);
    }

    /** Takes the client's first message and returns the server's. */
    public byte[] answerHello(byte[] message) {
        byte[] clientEphemeral =
                ProtoMessage.parse(message).requiredMessage(CLIENT_HELLO).requiredBytes(1);
        state.mixHash(clientEphemeral);
        state.mixHash(ephemeral.publicKey());
        state.mixKey(ephemeral.agree(clientEphemeral));
        byte[] encryptedStatic = state.encryptAndHash(identity.staticKeys().publicKey());
        state.mixKey(identity.staticKeys().agree(clientEphemeral));
        byte[] encryptedCertificate = state.encryptAndHash(identity.certificateChain());
        return ProtoMessage.builder()
                .message(
                        SERVER_HELLO,
                        ProtoMessage.builder()
                                .bytes(1, ephemeral.publicKey())
                                .bytes(2, encryptedStatic)
                                .bytes(3, encryptedCertificate))
                .build();
    }

    /**
     * Takes the client's second message.
     *
     * @throws NoiseException if it is not authentic
     */
    public ClientFinish finish(byte[] message) {
        ProtoMessage finish = ProtoMessage.parse(message).requiredMessage(CLIENT_FINISH);
        byte[] clientStatic = state.decryptAndHash(finish.requiredBytes(1));
        state.mixKey(ephemeral.agree(clientStatic));
        byte[] payload = state.decryptAndHash(finish.requiredBytes(2));
        NoiseCipher[] ciphers = state.split();
        return new ClientFinish(clientStatic, payload, ciphers[0], ciphers[1]);
    }
}
