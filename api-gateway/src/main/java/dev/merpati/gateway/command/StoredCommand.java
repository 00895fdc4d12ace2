package dev.merpati.gateway.command;

import dev.merpati.model.command.Command;
import dev.merpati.model.command.MediaReference;
import dev.merpati.model.outcome.CommandRecord;
import dev.merpati.model.outcome.CommandState;
import dev.merpati.model.outcome.Outcome;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A command's record with what the gateway adds for itself. Those additions are null when Redis lost the record and the
 * worker wrote it anew.
 *
 * @param to the recipient when the command is a send
 * @param mediaId the file that the command was recorded with, when it sends one
 * @param notAfter from then on no worker begins it
 */
public record StoredCommand(
        CommandRecord record,
        @Nullable String to,
        @Nullable String mediaId,
        @Nullable Instant notAfter) {
    /** The hash's field names, as {@code create-command.lua} spells them. */
    private static final String TO = "to";

    private static final String MEDIA = "media";
    private static final String NOT_AFTER = "not_after";

    /** More than the clocks of a gateway and a worker can be apart. */
    private static final Duration CLOCK_SKEW = Duration.ofMinutes(1);

    /** Null when there is no such record. */
    static @Nullable StoredCommand fromHash(Map<String, String> hash) {
        CommandRecord record = CommandRecord.fromHash(hash);
        if (record == null) {
            return null;
        }
        String notAfter = hash.get(NOT_AFTER);
        return new StoredCommand(
                record,
                hash.get(TO),
                hash.get(MEDIA),
                notAfter == null ? null : Instant.ofEpochMilli(Long.parseLong(notAfter)));
    }

    /**
     * Makes a repeated submission that of the record: its own file is another copy, which is about to be removed.
     */
    Submission restore(Submission repeated) {
        if (mediaId == null || !(repeated.command() instanceof Command.SendMedia send)) {
            return repeated;
        }
        MediaReference file = send.media();
        MediaReference recorded =
                new MediaReference(mediaId, file.kind(), file.sha256(), file.size(), file.mimeType(), file.fileName());
        return new Submission(
                repeated.commandId(),
                repeated.tenant(),
                repeated.sessionId(),
                new Command.SendMedia(send.to(), recorded, send.caption(), send.skipValidation()));
    }

    /** Whether the command is known to put a message on a phone. */
    public boolean isSend() {
        return to != null || record.outcome() instanceof Outcome.MessageSent;
    }

    /** Whether it was never begun and never will be: it did not reach Kafka, or Kafka lost it. */
    boolean isStranded(Instant now) {
        return record.state() == CommandState.QUEUED && notAfter != null && now.isAfter(notAfter.plus(CLOCK_SKEW));
    }
}
