package dev.merpati.gateway.tenant;

import jakarta.validation.constraints.Max;
import jakarta.validation.constraints.Min;
import org.jspecify.annotations.Nullable;

/**
 * What a tenant has paid for.
 *
 * @param sessions how many sessions at most
 * @param numberChecksPerMonth how many numbers may be checked in a calendar month, UTC
 * @param requestsPerMinute how many requests the tenant may make, with all its keys together
 * @param messagesPerDay how many messages may be sent on a day, UTC; null for no limit
 */
public record Plan(
        @Min(0) @Max(100_000) int sessions,
        @Min(0) long numberChecksPerMonth,
        @Min(1) @Max(1_000_000) int requestsPerMinute,
        @Min(0) @Nullable Long messagesPerDay) {}
