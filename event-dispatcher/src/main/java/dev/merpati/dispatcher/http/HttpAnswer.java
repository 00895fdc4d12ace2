package dev.merpati.dispatcher.http;

import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * What came of a request.
 *
 * @param statusCode 0 when there was no answer
 * @param error in a few words, for the endpoint's owner; null for a status of 200 to 299
 * @param body the beginning of the answer's body, as text
 * @param retryAfter how long the endpoint wants to be left alone, if it says so
 */
public record HttpAnswer(
        Result result,
        int statusCode,
        @Nullable String error,
        @Nullable String body,
        @Nullable Duration retryAfter) {

    /** What came of it, coarsely. */
    public enum Result {
        /** A status of 200 to 299. */
        DELIVERED,
        /** A status of 300 to 399; redirects are not followed. */
        REDIRECT,
        CLIENT_ERROR,
        SERVER_ERROR,
        /** No status within the time. */
        TIMEOUT,
        /** The name has no address, or none that may be called. */
        NO_ADDRESS,
        /** Nothing listens, or the connection broke. */
        CONNECTION,
        /** The certificate is not good for the name, or no common version of TLS. */
        TLS,
        /** The answer is not HTTP, or too large in its head. */
        MALFORMED,
        /** The request could not even be made, such as for a URL that is no longer allowed. */
        NOT_SENT
    }

    static HttpAnswer ofStatus(int code, String body, @Nullable Duration retryAfter) {
        if (code >= 200 && code < 300) {
            return new HttpAnswer(Result.DELIVERED, code, null, body, retryAfter);
        }
        if (code >= 300 && code < 400) {
            return new HttpAnswer(Result.REDIRECT, code, "redirects are not followed", body, retryAfter);
        }
        Result result = code >= 500 ? Result.SERVER_ERROR : Result.CLIENT_ERROR;
        return new HttpAnswer(result, code, "the endpoint answered " + code, body, retryAfter);
    }

    /** No answer. */
    public static HttpAnswer none(Result result, String error) {
        return new HttpAnswer(result, 0, error, null, null);
    }

    public boolean isDelivered() {
        return result == Result.DELIVERED;
    }
}
