package dev.merpati.simulator.server;

import java.util.Base64;
import java.util.Optional;

/**
 * The text in a QR code: five parts, {@code ref,noise key,identity key,secret,platform}, keys in Base64. Some clients
 * put WhatsApp's pairing address before it.
 */
@SuppressWarnings("ArrayRecordComponent") // never compared
record QrCode(String ref, byte[] noiseKey, byte[] identityKey, byte[] secret) {
    private static final String ADDRESS = "https://wa.me/settings/linked_devices#";

    /** Whether WhatsApp's address stands before the code, as in current clients. */
    static boolean hasAddress(String text) {
        return text.strip().startsWith(ADDRESS);
    }

    /** Empty if it is no such text. */
    static Optional<QrCode> parse(String text) {
        String bare = text.strip();
        if (bare.startsWith(ADDRESS)) {
            bare = bare.substring(ADDRESS.length());
        }
        String[] parts = bare.split(",", -1);
        if (parts.length < 4) {
            return Optional.empty();
        }
        try {
            Base64.Decoder base64 = Base64.getDecoder();
            QrCode code =
                    new QrCode(parts[0], base64.decode(parts[1]), base64.decode(parts[2]), base64.decode(parts[3]));
            boolean complete = code.noiseKey.length == 32 && code.identityKey.length == 32 && code.secret.length == 32;
            return complete ? Optional.of(code) : Optional.empty();
        } catch (IllegalArgumentException e) {
            return Optional.empty();
        }
    }
}
