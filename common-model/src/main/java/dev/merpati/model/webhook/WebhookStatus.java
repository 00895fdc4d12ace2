package dev.merpati.model.webhook;

import java.time.Instant;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * How delivery to a webhook goes: the hash at {@code WebhookKeys.status(..)}, all fields optional.
 *
 * @param disabledReason {@code gone} (the endpoint answered 410), {@code dead} (nothing was delivered for days) or
 *     {@code owner}; null unless it is disabled
 * @param backlog how many events of the tenant lie before it that are neither delivered nor given up; an upper bound, since those
 *     that it does not want are counted too
 * @param oldest when the oldest event of the backlog was published
 */
public record WebhookStatus(
        State state,
        @Nullable String disabledReason,
        long backlog,
        @Nullable Instant oldest,
        long dead,
        @Nullable Instant lastSuccess,
        @Nullable Instant lastFailure,
        @Nullable String lastError,
        @Nullable Instant failingSince) {

    /** The hash's field names. Times are milliseconds since 1970. */
    public static final String STATE = "state";

    public static final String DISABLED_REASON = "disabled_reason";
    public static final String BACKLOG = "backlog";
    public static final String OLDEST = "oldest";
    public static final String DEAD = "dead";
    public static final String LAST_SUCCESS = "last_success";
    public static final String LAST_FAILURE = "last_failure";
    public static final String LAST_ERROR = "last_error";
    public static final String FAILING_SINCE = "failing_since";

    /** What delivery does. */
    public enum State {
        ACTIVE,
        /** The last attempts failed; it is tried less and less often. */
        FAILING,
        /** Nothing is delivered until its owner enables it. */
        DISABLED;

        /** The name that tenants see and that is stored in Redis. */
        public String wireName() {
            return name().toLowerCase(Locale.ROOT);
        }

        static State ofStored(@Nullable String name) {
            for (State each : values()) {
                if (each.wireName().equals(name)) {
                    return each;
                }
            }
            return ACTIVE;
        }
    }

    /** Reads the hash; an empty one is that of a webhook to which nothing was delivered yet. */
    public static WebhookStatus fromHash(Map<String, String> hash) {
        return new WebhookStatus(
                State.ofStored(hash.get(STATE)),
                hash.get(DISABLED_REASON),
                number(hash.get(BACKLOG)),
                time(hash.get(OLDEST)),
                number(hash.get(DEAD)),
                time(hash.get(LAST_SUCCESS)),
                time(hash.get(LAST_FAILURE)),
                hash.get(LAST_ERROR),
                time(hash.get(FAILING_SINCE)));
    }

    private static long number(@Nullable String text) {
        return text == null || text.isEmpty() ? 0 : Long.parseLong(text);
    }

    private static @Nullable Instant time(@Nullable String millis) {
        return millis == null || millis.isEmpty() ? null : Instant.ofEpochMilli(Long.parseLong(millis));
    }
}
