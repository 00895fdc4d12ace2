package dev.merpati.worker.whatsapp;

import org.jspecify.annotations.Nullable;

/** Stored credentials that cannot be decrypted or decoded. Another try will not help; a key put back or a new pairing will. */
public final class UnreadableCredentialsException extends RuntimeException {
    public UnreadableCredentialsException(String message, @Nullable Throwable cause) {
        super(message, cause);
    }
}
