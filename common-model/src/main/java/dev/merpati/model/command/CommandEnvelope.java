package dev.merpati.model.command;

import java.time.Instant;
import java.util.UUID;

/**
 * A command with everything that a worker needs to execute it once and to report its outcome.
 *
 * @param commandId identifies the command through every retry and redelivery; for a {@link Command.Send} it is the
 *     WhatsApp message id
 * @param replyTo the id of the gateway that waits for the outcome
 * @param requestId the {@code X-Request-Id} of the request that caused the command
 * @param notAfter from then on a worker that has not begun the command answers {@code expired} and does nothing
 */
public record CommandEnvelope(
        String commandId,
        String tenantId,
        UUID sessionId,
        String replyTo,
        String requestId,
        Instant issuedAt,
        Instant notAfter,
        Command command) {}
