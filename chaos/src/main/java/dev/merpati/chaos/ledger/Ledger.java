package dev.merpati.chaos.ledger;

import java.util.Collection;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;

/** All that happened during one fault. Thread-safe. */
public final class Ledger {
    private final Queue<Message> messages = new ConcurrentLinkedQueue<>();
    private final Queue<Written> written = new ConcurrentLinkedQueue<>();
    private final Queue<String> otherFindings = new ConcurrentLinkedQueue<>();

    public void add(Message message) {
        messages.add(message);
    }

    /** Adds what a phone wrote. */
    public void add(Written one) {
        written.add(one);
    }

    /** Something that must not be, but is not of one message: a wrong number check, a herd of logins, a device that stays linked. */
    public void addFinding(String finding) {
        otherFindings.add(finding);
    }

    public Collection<Message> messages() {
        return List.copyOf(messages);
    }

    public Collection<Written> written() {
        return List.copyOf(written);
    }

    public List<String> otherFindings() {
        return List.copyOf(otherFindings);
    }
}
