package dev.merpati.chaos.inbound;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import tools.jackson.databind.JsonNode;

/**
 * The events that one tenant got on one way, webhook or polling: each id once, in the order in which they came first. Thread-safe.
 */
public final class EventLog {
    private static final String MESSAGE_PREFIX = "message.";
    private static final String SESSION_STATUS = "session.status";

    private final Map<String, ReceivedEvent> byId = new HashMap<>();
    private final Map<Subject, List<ReceivedEvent>> bySubject = new HashMap<>();
    private final Map<String, Set<Subject>> byChat = new HashMap<>();
    private final Map<String, String> lastStatus = new HashMap<>();
    private final Set<String> lost = new HashSet<>();
    private final List<String> findings = new ArrayList<>();
    private final Map<Subject, Integer> repeats = new HashMap<>();

    /** Adds an event that came after all others; counts it when it is there already. */
    public synchronized void add(String id, String type, String session, JsonNode data) {
        ReceivedEvent before = byId.get(id);
        if (before != null) {
            repeats.merge(before.subject(), 1, Integer::sum);
            if (!before.type().equals(type)
                    || !before.session().equals(session)
                    || !before.data().equals(data)) {
                findings.add("under the id " + id + " came two events, of the types " + before.type() + " and " + type);
            }
            return;
        }
        ReceivedEvent event =
                new ReceivedEvent(id, type, session, data, byId.size(), lost.contains(id), System.nanoTime());
        byId.put(id, event);
        if (type.startsWith(MESSAGE_PREFIX)) {
            bySubject.computeIfAbsent(event.subject(), _ -> new ArrayList<>()).add(event);
            byChat.computeIfAbsent(event.text("chat"), _ -> new HashSet<>()).add(event.subject());
        } else if (type.equals(SESSION_STATUS)) {
            lastStatus.put(session, event.text("status"));
        }
    }

    /** Notes that an event was delivered to the tenant, which lost it. */
    public synchronized void addLost(String id) {
        if (!byId.containsKey(id)) {
            lost.add(id);
        }
    }

    /** Notes something that came and must not be. */
    public synchronized void addFinding(String finding) {
        findings.add(finding);
    }

    /** What came since the last call and must not be. */
    public synchronized List<String> takeFindings() {
        List<String> taken = List.copyOf(findings);
        findings.clear();
        return taken;
    }

    /** The status that the tenant heard of last. */
    public synchronized Optional<String> lastStatus(String session) {
        return Optional.ofNullable(lastStatus.get(session));
    }

    /** The events about that, in the order in which they came; more than one means more than one id. */
    synchronized List<ReceivedEvent> about(Subject subject) {
        return List.copyOf(bySubject.getOrDefault(subject, List.of()));
    }

    /** How often events about that came again under their ids. */
    synchronized int repeats(Subject subject) {
        return repeats.getOrDefault(subject, 0);
    }

    /** What the events of a chat are about. */
    synchronized Set<Subject> ofChat(String number) {
        return Set.copyOf(byChat.getOrDefault(number, Set.of()));
    }
}
