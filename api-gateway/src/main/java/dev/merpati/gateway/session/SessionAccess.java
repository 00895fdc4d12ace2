package dev.merpati.gateway.session;

import dev.merpati.gateway.auth.TenantContext;
import dev.merpati.gateway.error.Errors;
import dev.merpati.gateway.error.FailureErrors;
import dev.merpati.model.session.SessionRecord;
import java.util.UUID;
import java.util.regex.Pattern;
import org.springframework.stereotype.Component;
import reactor.core.publisher.Mono;

/** Finds sessions for those who may use them. */
@Component
public class SessionAccess {
    private static final Pattern UUID_FORM = Pattern.compile("[0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}");

    private final SessionStore store;
    private final TenantSessions index;

    SessionAccess(SessionStore store, TenantSessions index) {
        this.store = store;
        this.index = index;
    }

    /** Returns the id of the tenant's oldest session; empty when it has none. */
    public Mono<String> firstOf(String tenantId) {
        return index.page(tenantId, null, 1)
                .flatMap(found -> Mono.justOrEmpty(found.stream().findFirst()))
                .map(entry -> entry.sessionId().toString());
    }

    /**
     * The tenant's session of that id. An error of 404 when there is none or the id is no UUID, of 403 when it is
     * somebody else's.
     */
    public Mono<SessionRecord> find(TenantContext tenant, String sessionId) {
        return findEvenDeleted(tenant, sessionId)
                .flatMap(session ->
                        session.deleted() ? Mono.error(Errors.noSuchSession().exception()) : Mono.just(session));
    }

    /** As {@link #find}, but finds also a session that was deleted and of which something is left. */
    Mono<SessionRecord> findEvenDeleted(TenantContext tenant, String sessionId) {
        if (!UUID_FORM.matcher(sessionId).matches()) {
            return Mono.error(Errors.noSuchSession().exception());
        }
        return store.find(UUID.fromString(sessionId))
                .switchIfEmpty(Mono.error(() -> Errors.noSuchSession().exception()))
                .flatMap(session -> session.tenantId().equals(tenant.tenantId())
                        ? Mono.just(session)
                        : Mono.error(Errors.somebodyElses("session").exception()));
    }

    /**
     * Refuses a session that can certainly not send now. One that is paired and connecting passes: its connection is
     * being made, perhaps by another worker, and the command waits for it.
     */
    public static void requireUsable(SessionRecord session) {
        boolean usable = switch (session.status()) {
            case CONNECTED -> true;
            case CONNECTING -> session.phoneNumber() != null;
            case QR, DISCONNECTED -> false;
        };
        if (!usable) {
            throw FailureErrors.notConnected(session.disconnection()).exception();
        }
    }
}
