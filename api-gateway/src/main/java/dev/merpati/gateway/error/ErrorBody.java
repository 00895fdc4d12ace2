package dev.merpati.gateway.error;

import com.fasterxml.jackson.annotation.JsonAnyGetter;
import java.util.Map;

/**
 * The body of every error.
 *
 * @param error the HTTP reason, or the error's own name
 * @param code stable, snake_case, for programs
 * @param details the fields that only this error has, beside the others
 */
public record ErrorBody(
        boolean success,
        String error,
        String message,
        String code,
        @JsonAnyGetter Map<String, Object> details) {}
