package dev.merpati.simulator.fault;

import org.jspecify.annotations.Nullable;

/**
 * One fault, as it was asked for.
 *
 * @param session the number of the sessions that it strikes; null for all
 * @param times how often it strikes; null until it is deleted
 * @param millis a delay, where the kind has one
 * @param code WhatsApp's code, where the kind has one
 * @param status the HTTP status, where the kind has one
 */
public record Fault(
        String id,
        FaultKind kind,
        @Nullable String session,
        @Nullable Integer times,
        int millis,
        int code,
        int status) {

    boolean strikes(FaultKind otherKind, @Nullable String otherSession) {
        return kind == otherKind && (session == null || session.equals(otherSession));
    }
}
