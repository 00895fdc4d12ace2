package dev.merpati.simulator.fault;

import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.SortedSet;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/** What can be made to go wrong. */
public enum FaultKind {
    ACK_DELAY("millis"),
    ACK_DROP,
    ACK_ERROR("code"),
    USYNC_ERROR,
    USYNC_DROP,
    DROP_CONNECTION(Scope.CONNECTION),
    STREAM_ERROR(Scope.CONNECTION, 401, 403, 409, 500, 503, 515),
    SILENT_CLOSE(Scope.CONNECTION),
    HALF_OPEN(Scope.CONNECTION),
    REFUSE_LOGIN(Scope.EVENT, 401, 402, 403, 405, 406, 503),
    LOGIN_SILENCE,
    REFUSE_CONNECT,
    REFUSE_RESUME,
    MEDIA_ERROR("status"),
    MEDIA_STALL,
    MEDIA_CUT,
    MEDIA_CORRUPT,
    REFUSE_REUPLOAD,
    BAD_KEYS,
    SLOW_NETWORK("millis"),
    SPLIT_FRAME,
    RETRY_RECEIPT,
    FAIL_DECRYPT;

    private enum Scope {
        EVENT,
        CONNECTION
    }

    private final Scope scope;
    private final @Nullable String required;

    @SuppressWarnings("Immutable") // filled once
    private final SortedSet<Integer> codes = new TreeSet<>();

    FaultKind() {
        this(Scope.EVENT);
    }

    FaultKind(String required) {
        this.scope = Scope.EVENT;
        this.required = required;
    }

    FaultKind(Scope scope, Integer... codes) {
        this.scope = scope;
        this.required = codes.length == 0 ? null : "code";
        this.codes.addAll(List.of(codes));
    }

    /** The field that such a fault must have. */
    public Optional<String> required() {
        return Optional.ofNullable(required);
    }

    /** The codes that make sense; empty for any. */
    public SortedSet<Integer> codes() {
        return Collections.unmodifiableSortedSet(codes);
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
        return scope == Scope.CONNECTION;
    }
}
