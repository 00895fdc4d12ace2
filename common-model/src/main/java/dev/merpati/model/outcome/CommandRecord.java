package dev.merpati.model.outcome;

import java.time.Duration;
import java.util.Map;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * A command's record: the hash at {@code RedisKeys.command(..)}, kept 24 h.
 *
 * @param outcome null until the state is final
 * @param receipt null until the recipient's phone has sent one; may be set before the state is final, because a receipt can
 *     overtake the acknowledgement
 */
public record CommandRecord(
        String tenantId,
        UUID sessionId,
        CommandState state,
        @Nullable Outcome outcome,
        @Nullable Receipt receipt) {
    /** The hash's field names; the Lua scripts on both sides use the same. */
    public static final String TENANT = "tenant";

    public static final String SESSION = "session";
    public static final String STATE = "state";
    public static final String OUTCOME = "outcome";
    public static final String RECEIPT = "receipt";

    /** How long a record is kept, and so how long the status of a message can be asked for. */
    public static final Duration TIME_TO_LIVE = Duration.ofHours(24);

    /** Reads a record from its hash; null if the hash is empty, which is how Redis shows a missing key. */
    public static @Nullable CommandRecord fromHash(Map<String, String> hash) {
        String tenant = hash.get(TENANT);
        String session = hash.get(SESSION);
        String state = hash.get(STATE);
        if (tenant == null || session == null || state == null) {
            return null;
        }
        String outcome = hash.get(OUTCOME);
        return new CommandRecord(
                tenant,
                UUID.fromString(session),
                CommandState.ofStored(state),
                outcome == null ? null : OutcomeCodec.decode(outcome),
                Receipt.ofStored(hash.get(RECEIPT)));
    }
}
