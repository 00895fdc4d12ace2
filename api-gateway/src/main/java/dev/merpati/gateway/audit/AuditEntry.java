package dev.merpati.gateway.audit;

import java.time.Instant;

/**
 * One change, as it is read back.
 *
 * @param id sorts in order of time; names the entry for the next page
 * @param at by Redis's clock
 */
public record AuditEntry(String id, Instant at, AuditEvent event) {}
