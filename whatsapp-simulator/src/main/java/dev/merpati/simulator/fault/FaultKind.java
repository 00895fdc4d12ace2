package dev.merpati.simulator.fault;

import java.util.Arrays;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/** What can be made to go wrong. */
public enum FaultKind {
    ACK_DELAY("millis"),
    ACK_DROP,
    ACK_ERROR("code"),
    USYNC_ERROR,
    USYNC_DROP,
    DROP_CONNECTION,
    STREAM_ERROR("code"),
    SILENT_CLOSE,
    HALF_OPEN,
    REFUSE_LOGIN("code"),
    LOGIN_SILENCE,
    REFUSE_CONNECT,
    MEDIA_ERROR("status"),
    SLOW_NETWORK("millis"),
    SPLIT_FRAME,
    RETRY_RECEIPT,
    FAIL_DECRYPT;

    private final @Nullable String required;

    FaultKind() {
        this(null);
    }

    FaultKind(@Nullable String required) {
        this.required = required;
    }

    /** The field that such a fault must have. */
    public Optional<String> required() {
        return Optional.ofNullable(required);
    }

    /** The codes that make sense; empty for any. */
    public Set<Integer> codes() {
        return switch (this) {
            case STREAM_ERROR -> new TreeSet<>(Set.of(401, 403, 409, 500, 503, 515));
            case REFUSE_LOGIN -> new TreeSet<>(Set.of(401, 403, 405, 503));
            case ACK_DELAY,
                    ACK_DROP,
                    ACK_ERROR,
                    USYNC_ERROR,
                    USYNC_DROP,
                    DROP_CONNECTION,
                    SILENT_CLOSE,
                    HALF_OPEN,
                    LOGIN_SILENCE,
                    REFUSE_CONNECT,
                    MEDIA_ERROR,
                    SLOW_NETWORK,
                    SPLIT_FRAME,
                    RETRY_RECEIPT,
                    FAIL_DECRYPT -> Set.of();
        };
    }

    /** Its name in the control API. */
    public String wireName() {
        return name().toLowerCase(Locale.ROOT).replace('_', '-');
    }

    public static Optional<FaultKind> ofWireName(String name) {
        return Arrays.stream(values())
                .filter(kind -> kind.wireName().equals(name))
                .findFirst();
    }

    /** Whether it strikes a whole connection: those that are open when it is made, and later logins. */
    public boolean endsConnections() {
        return switch (this) {
            case DROP_CONNECTION, STREAM_ERROR, SILENT_CLOSE, HALF_OPEN -> true;
            case ACK_DELAY,
                    ACK_DROP,
                    ACK_ERROR,
                    USYNC_ERROR,
                    USYNC_DROP,
                    REFUSE_LOGIN,
                    LOGIN_SILENCE,
                    REFUSE_CONNECT,
                    MEDIA_ERROR,
                    SLOW_NETWORK,
                    SPLIT_FRAME,
                    RETRY_RECEIPT,
                    FAIL_DECRYPT -> false;
        };
    }
}
