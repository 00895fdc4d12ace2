package dev.merpati.worker.cobalt.pairing;

/** A pairing that this device does not accept, and how WhatsApp's clients tell the server so (whatsmeow {@code pair.go}). */
final class PairingRefusedException extends Exception {
    private static final long serialVersionUID = 1L;
    private static final int UNAUTHORIZED = 401;
    private static final int INTERNAL_ERROR = 500;

    private final int code;
    private final String text;

    private PairingRefusedException(int code, String text, String message) {
        super(message);
        this.code = code;
        this.text = text;
    }

    static PairingRefusedException wrongHmac() {
        return new PairingRefusedException(
                UNAUTHORIZED, "hmac-mismatch", "the phone does not prove that it has seen the code");
    }

    static PairingRefusedException wrongSignature() {
        return new PairingRefusedException(
                UNAUTHORIZED, "signature-mismatch", "the account has not signed this device's identity");
    }

    static PairingRefusedException malformed(String what) {
        return new PairingRefusedException(INTERNAL_ERROR, "internal-error", what);
    }

    int code() {
        return code;
    }

    String text() {
        return text;
    }
}
