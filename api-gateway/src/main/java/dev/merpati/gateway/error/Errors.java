package dev.merpati.gateway.error;

import java.time.Duration;
import org.springframework.http.HttpStatus;

/** The errors that more than one feature answers with. */
public final class Errors {
    private static final Duration OUTAGE_RETRY = Duration.ofSeconds(2);

    private Errors() {}

    public static ApiError badRequest(String code, String message) {
        return ApiError.of(HttpStatus.BAD_REQUEST, code, message);
    }

    /** What the guide answers when required fields are absent, null or empty. */
    public static ApiError missingFields(String message) {
        return badRequest("missing_fields", message);
    }

    /**
     * A field that is there but cannot be used.
     *
     * @param found what was found: the value itself when it is short, else its kind
     */
    public static ApiError invalidField(String field, String found, String allowed) {
        return badRequest("invalid_field", field + " must be " + allowed + ", but is " + found)
                .with("field", field)
                .with("found", found)
                .with("allowed", allowed);
    }

    /** Text that holds one half of a surrogate pair, as a text has that was cut within an emoji. */
    public static ApiError loneSurrogate(String field) {
        return invalidField(field, "half of a character (a lone surrogate)", "well-formed Unicode text");
    }

    public static ApiError unreadableJson() {
        return badRequest("malformed_request", "The request cannot be read: the body must be valid JSON");
    }

    public static ApiError noSuchSession() {
        return ApiError.of(HttpStatus.NOT_FOUND, "session_not_found", "No such session: check the session id");
    }

    public static ApiError somebodyElses(String what) {
        return ApiError.of(
                HttpStatus.FORBIDDEN, "forbidden", "This " + what + " belongs to another account: use one of your own");
    }

    /** Kafka, Redis or the worker is away, and nothing was done. */
    public static ApiError unavailable(String message) {
        return ApiError.of(HttpStatus.SERVICE_UNAVAILABLE, "service_unavailable", message)
                .retryAfter(OUTAGE_RETRY);
    }

    public static ApiError internal() {
        return ApiError.of(
                HttpStatus.INTERNAL_SERVER_ERROR,
                "internal_error",
                "Something went wrong on our side: contact support with the X-Request-Id if it happens again");
    }
}
