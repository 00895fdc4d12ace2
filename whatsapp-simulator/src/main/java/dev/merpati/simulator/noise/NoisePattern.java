package dev.merpati.simulator.noise;

/** The handshakes of WhatsApp's clients, after the Noise specification's names for them. */
public enum NoisePattern {
    /** Neither side knows the other: the first connection, and every one of clients that do not resume. */
    XX,

    /** The client knows the server's key of an earlier connection and sends its payload with its first message. */
    IK,

    /** The server could not read an {@link #IK} message, and both go on from the client's ephemeral key as in XX. */
    XX_FALLBACK;

    String protocolName() {
        String pattern = switch (this) {
            case XX -> "XX";
            case IK -> "IK";
            case XX_FALLBACK -> "XXfallback";
        };
        return "Noise_" + pattern + "_25519_AESGCM_SHA256";
    }
}
