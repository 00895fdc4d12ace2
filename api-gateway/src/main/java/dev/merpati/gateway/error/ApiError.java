package dev.merpati.gateway.error;

import java.net.URI;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.springframework.http.HttpStatus;

/**
 * An error as a tenant sees it.
 *
 * @param error the HTTP reason, or the error's own name
 * @param code stable, snake_case, for programs
 * @param message what to do about it, for people
 * @param details further fields of the body
 * @param retryAfter when to try again, null when that is no use
 * @param location where to ask what became of the request, null when there is no such place
 */
public record ApiError(
        HttpStatus status,
        String error,
        String code,
        String message,
        Map<String, Object> details,
        @Nullable Duration retryAfter,
        @Nullable URI location) {

    public ApiError(HttpStatus status, String error, String code, String message) {
        this(status, error, code, message, Map.of(), null, null);
    }

    public static ApiError of(HttpStatus status, String code, String message) {
        return new ApiError(status, status.getReasonPhrase(), code, message);
    }

    public ApiError with(String field, Object value) {
        Map<String, Object> more = new LinkedHashMap<>(details);
        more.put(field, value);
        return new ApiError(status, error, code, message, more, retryAfter, location);
    }

    public ApiError retryAfter(Duration duration) {
        return new ApiError(status, error, code, message, details, duration, location);
    }

    public ApiError location(URI place) {
        return new ApiError(status, error, code, message, details, retryAfter, place);
    }

    public ApiException exception() {
        return new ApiException(this);
    }

    /** Returns the body that answers a request with this error. */
    public ErrorBody body() {
        return new ErrorBody(false, error, message, code, details);
    }
}
