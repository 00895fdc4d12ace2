package dev.merpati.gateway.message;

import org.jspecify.annotations.Nullable;

/** The body of {@code POST /api/sessions/{id}/send} as it came; {@link SendRequests} checks it. */
record SendTextRequest(
        @Nullable String to,
        @Nullable String message,
        @Nullable Boolean skipValidation) {

    /** Says nothing of the recipient and the text. */
    @Override
    public String toString() {
        return "SendTextRequest[]";
    }
}
