package dev.merpati.gateway.conversation;

import dev.merpati.gateway.event.EventReader;
import dev.merpati.gateway.message.RecentMessages;
import dev.merpati.model.event.EventId;
import dev.merpati.model.event.StoredEvent;
import java.time.Instant;
import java.util.List;
import java.util.UUID;
import org.springframework.stereotype.Component;
import reactor.core.publisher.Mono;

/**
 * Reads what was said in a session's chats. Nothing of it is kept anywhere but in the events, so each read folds them anew: as
 * many of the youngest as are asked for. What is older, or no longer kept, is not seen; what was sent through the API is seen
 * with its fate only.
 */
@Component
public class Conversations {
    /** How many more events each step back reads. */
    public static final int EVENTS_PER_STEP = 250;

    /** So that no page costs more than reading 5,000 events. */
    public static final int MOST_STEPS = 20;

    private static final int RECENT_SENDS = 50;

    private final EventReader events;
    private final RecentMessages sends;

    Conversations(EventReader events, RecentMessages sends) {
        this.events = events;
        this.sends = sends;
    }

    /** @param steps how far to go back, 1 to {@link #MOST_STEPS} */
    public Mono<SessionChats> read(String tenantId, UUID sessionId, int steps) {
        int limit = EVENTS_PER_STEP * Math.clamp(steps, 1, MOST_STEPS);
        return Mono.zip(events.newest(tenantId, sessionId, null, limit), sends.of(sessionId, RECENT_SENDS))
                .map(read -> {
                    List<StoredEvent> found = read.getT1();
                    // Some that were counted may have been trimmed between: then there are no older ones.
                    boolean older = found.size() == limit;
                    ConversationFold fold = new ConversationFold();
                    found.reversed().forEach(fold::add);
                    fold.addSends(read.getT2(), older ? found.getLast().timestamp() : Instant.MIN);
                    return new SessionChats(fold.chats(), older);
                });
    }

    /** Returns the id of the session's youngest event, by which a reader learns that something has happened; empty for none. */
    public Mono<EventId> youngest(String tenantId, UUID sessionId) {
        return events.newest(tenantId, sessionId, null, 1)
                .filter(found -> !found.isEmpty())
                .map(found -> found.getFirst().id());
    }
}
