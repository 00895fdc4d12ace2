package dev.merpati.gateway.session;

import dev.merpati.model.session.SessionRecord;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import java.util.UUID;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.springframework.stereotype.Component;
import reactor.core.publisher.Mono;

/** Finds sessions for people: newest first, by a part of their name, number or id, and by status. */
@Component
public class SessionSearch {
    private final TenantSessions index;
    private final SessionStore store;
    private final SessionListing listing;

    SessionSearch(TenantSessions index, SessionStore store, SessionListing listing) {
        this.index = index;
        this.store = store;
        this.listing = listing;
    }

    /**
     * A part of what was found.
     *
     * @param total how many there are in all
     * @param offset how many come before
     */
    public record Found(List<SessionView> sessions, long total, long offset) {}

    /**
     * Finds sessions. Without a text and a status only the part itself is read; else all sessions of the tenant are, one
     * search at a time for each tenant.
     *
     * @param text empty for all
     * @param status as the API spells it; null for all
     */
    public Mono<Found> find(String tenantId, String text, @Nullable String status, long offset, int limit) {
        if (text.isBlank() && status == null) {
            return Mono.zip(index.newest(tenantId, offset, limit).flatMap(store::views), index.count(tenantId))
                    .map(found -> new Found(found.getT1(), found.getT2(), offset));
        }
        String wanted = text.strip().toLowerCase(Locale.ROOT);
        return listing.inNextBatch(tenantId, counts -> index.all(tenantId))
                .map(SessionSearch::newestFirst)
                .flatMap(store::views)
                .map(all -> all.stream()
                        .filter(session -> status == null || session.status().equals(status))
                        .filter(session -> matches(session, wanted))
                        .toList())
                .map(matching ->
                        new Found(matching.stream().skip(offset).limit(limit).toList(), matching.size(), offset));
    }

    /** Reads one session as it is shown. */
    public Mono<SessionView> view(SessionRecord session) {
        return store.isOwned(session.id()).map(owned -> SessionView.of(session, owned));
    }

    private static List<UUID> newestFirst(List<TenantSessions.Entry> oldestFirst) {
        List<UUID> ids =
                oldestFirst.stream().map(TenantSessions.Entry::sessionId).collect(Collectors.toList());
        Collections.reverse(ids);
        return ids;
    }

    private static boolean matches(SessionView session, String wanted) {
        String number = session.phoneNumber();
        return session.name().toLowerCase(Locale.ROOT).contains(wanted)
                || session.id().toString().startsWith(wanted)
                || (number != null
                        && number.contains(wanted.replaceAll("[+ ().-]", ""))
                        && wanted.matches(".*[0-9].*"));
    }
}
