package dev.merpati.simulator.noise;

/** What a completed handshake yields: who the client is, what it wants, and the keys of the transport. */
public final class ClientFinish {
    private final byte[] clientStatic;
    private final byte[] payload;
    private final NoiseCipher fromClient;
    private final NoiseCipher toClient;

    ClientFinish(byte[] clientStatic, byte[] payload, NoiseCipher fromClient, NoiseCipher toClient) {
        this.clientStatic = clientStatic;
        this.payload = payload;
        this.fromClient = fromClient;
        this.toClient = toClient;
    }

    /** The client's static public key, 32 bytes; the handshake proved that it holds the private half. */
    public byte[] clientStatic() {
        return clientStatic;
    }

    /** The {@code ClientPayload} message. */
    public byte[] payload() {
        return payload;
    }

    public NoiseCipher fromClient() {
        return fromClient;
    }

    public NoiseCipher toClient() {
        return toClient;
    }
}
