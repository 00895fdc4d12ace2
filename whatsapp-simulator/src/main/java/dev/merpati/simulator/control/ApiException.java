package dev.merpati.simulator.control;

/** A call that cannot be answered; becomes {@code {"error":{"code","message"}}}. */
final class ApiException extends RuntimeException {
    private static final long serialVersionUID = 1;

    private final int status;
    private final String code;

    ApiException(int status, String code, String message) {
        super(message);
        this.status = status;
        this.code = code;
    }

    static ApiException invalid(String field, Object found, String allowed) {
        return new ApiException(400, "invalid_field", field + ": found " + found + ", allowed " + allowed);
    }

    int status() {
        return status;
    }

    /** Stable, in snake case. */
    String code() {
        return code;
    }
}
