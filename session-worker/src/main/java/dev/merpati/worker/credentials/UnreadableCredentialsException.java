package dev.merpati.worker.credentials;

import org.jspecify.annotations.Nullable;

/** Stored credentials that cannot be decrypted: another try will not help, a key put back or a new pairing will. */
public final class UnreadableCredentialsException extends RuntimeException {
    UnreadableCredentialsException(String message, @Nullable Throwable cause) {
        super(message, cause);
    }
}
