package dev.merpati.simulator.signal;

/** A ciphertext that a party cannot turn into a plaintext. The party's state is as it was before. */
public final class SignalException extends Exception {
    private static final long serialVersionUID = 1;

    /** Why. */
    public enum Reason {
        /** It was decrypted before: not an error of the sender's cryptography. */
        DUPLICATE,
        /** The bytes are no Signal message of version 3. */
        MALFORMED,
        /** A pre-key message names a key that this party does not have, or has not any more. */
        UNKNOWN_PRE_KEY,
        /** No session with the sender fits. */
        NO_SESSION,
        /** The MAC or the padding is wrong. */
        NOT_AUTHENTIC,
        /** The message is so far ahead of its chain that following it would cost too much. */
        TOO_FAR_AHEAD,
        /** A pre-key message under another identity key than the sender's. */
        UNTRUSTED_IDENTITY,
        /** A pre-key bundle whose signature is not by its identity key. */
        BAD_SIGNATURE
    }

    private final Reason reason;

    SignalException(Reason reason, String message) {
        super(message);
        this.reason = reason;
    }

    public Reason reason() {
        return reason;
    }
}
