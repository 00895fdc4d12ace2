package dev.merpati.gateway.session;

import java.util.List;
import org.springframework.stereotype.Component;
import reactor.core.publisher.Mono;

/** Reads all sessions of a tenant, for the tenant to keep. */
@Component
public class SessionExport {
    private final TenantSessions index;
    private final SessionStore store;

    SessionExport(TenantSessions index, SessionStore store) {
        this.index = index;
        this.store = store;
    }

    /** Returns the tenant's sessions, oldest first. */
    public Mono<List<SessionView>> read(String tenantId) {
        return index.all(tenantId)
                .flatMap(entries -> store.views(
                        entries.stream().map(TenantSessions.Entry::sessionId).toList()));
    }
}
