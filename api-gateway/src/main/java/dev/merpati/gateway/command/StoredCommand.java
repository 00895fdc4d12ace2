package dev.merpati.gateway.command;

import dev.merpati.model.outcome.CommandRecord;
import dev.merpati.model.outcome.CommandState;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A command's record with what the gateway adds for itself.
 *
 * @param to the recipient when the command is a send
 * @param notAfter from then on no worker begins it
 */
public record StoredCommand(
        CommandRecord record, CommandType type, @Nullable String to, Instant notAfter) {
    /** The hash's field names, as {@code create-command.lua} spells them. */
    static final String TYPE = "type";

    static final String TO = "to";
    static final String NOT_AFTER = "not_after";

    /** More than the clocks of a gateway and a worker can be apart. */
    private static final Duration CLOCK_SKEW = Duration.ofMinutes(1);

    /** Null when there is no such record. */
    static @Nullable StoredCommand fromHash(Map<String, String> hash) {
        CommandRecord record = CommandRecord.fromHash(hash);
        String type = hash.get(TYPE);
        String notAfter = hash.get(NOT_AFTER);
        if (record == null || type == null || notAfter == null) {
            return null;
        }
        return new StoredCommand(
                record, CommandType.valueOf(type), hash.get(TO), Instant.ofEpochMilli(Long.parseLong(notAfter)));
    }

    /** Whether it was never begun and never will be: its record of Kafka was lost, or never written. */
    boolean isStranded(Instant now) {
        return record.state() == CommandState.QUEUED && now.isAfter(notAfter.plus(CLOCK_SKEW));
    }
}
