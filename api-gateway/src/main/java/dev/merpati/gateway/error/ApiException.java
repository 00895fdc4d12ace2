package dev.merpati.gateway.error;

/** Ends a request with an error that is the answer, not a surprise; has no stack trace. */
public final class ApiException extends RuntimeException {
    private final transient ApiError error;

    ApiException(ApiError error) {
        super(error.code() + ": " + error.message(), null, false, false);
        this.error = error;
    }

    public ApiError error() {
        return error;
    }
}
