package dev.merpati.simulator.control;

import java.io.InputStream;

/** What a call is answered with. */
sealed interface Response {
    int status();

    String contentType();

    /** A body that is in memory. */
    @SuppressWarnings("ArrayRecordComponent") // never compared
    record Full(int status, String contentType, byte[] body) implements Response {}

    /** A body that is read while it is sent, and closed after. */
    record Streamed(String contentType, long length, InputStream body) implements Response {
        @Override
        public int status() {
            return 200;
        }
    }

    static Response json(Object value) {
        return json(200, value);
    }

    static Response json(int status, Object value) {
        return new Full(status, "application/json", Json.write(value));
    }

    static Response error(ApiException error) {
        return json(error.status(), Json.error(error));
    }
}
