package dev.merpati.gateway.auth;

import jakarta.validation.constraints.Max;
import jakarta.validation.constraints.Min;

/**
 * What a tenant has paid for.
 *
 * @param sessions how many sessions at most
 * @param numberChecksPerMonth how many numbers may be checked in a calendar month, UTC
 * @param requestsPerMinute how many requests a key may make
 */
public record Plan(
        @Min(0) @Max(100_000) int sessions,
        @Min(0) long numberChecksPerMonth,
        @Min(1) @Max(1_000_000) int requestsPerMinute) {}
