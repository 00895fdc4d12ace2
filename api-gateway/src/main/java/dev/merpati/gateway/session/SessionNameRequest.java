package dev.merpati.gateway.session;

import dev.merpati.gateway.error.Errors;
import org.jspecify.annotations.Nullable;

/** The body of a request that names a session. */
record SessionNameRequest(@Nullable String sessionName) {
    private static final int MAX_NAME_LENGTH = 100;

    /** Returns the name, stripped; an error of 400 when it is none, or is too long. */
    String name() {
        String name = sessionName == null ? "" : sessionName.strip();
        int length = name.codePointCount(0, name.length());
        if (length == 0) {
            throw Errors.missingFields("Session name is required").exception();
        }
        if (length > MAX_NAME_LENGTH) {
            throw Errors.invalidField("sessionName", length + " characters", "1 to " + MAX_NAME_LENGTH + " characters")
                    .exception();
        }
        return name;
    }
}
