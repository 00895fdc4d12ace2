package dev.merpati.chaos.inbound;

import dev.merpati.chaos.ledger.KnownOutcome;
import dev.merpati.chaos.ledger.Message;
import dev.merpati.chaos.ledger.Verdict;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** Requires that a tenant heard as events what became of the messages that it sent. */
public final class StatusJudge {
    private static final String SENT = "sent";
    private static final String DELIVERED = "delivered";
    private static final String FAILED = "failed";

    private final EventLog log;

    public StatusJudge(EventLog log) {
        this.log = log;
    }

    /** What is missing or untrue; empty when nothing is. */
    public List<String> findings(Map<Message, Verdict> sent) {
        List<String> findings = new ArrayList<>();
        sent.forEach((message, verdict) -> {
            switch (message.outcome()) {
                case KnownOutcome.Sent(String messageId) -> {
                    expect(messageId, SENT, message, findings);
                    // The phone has it, and phones confirm what they have.
                    if (verdict == Verdict.DELIVERED) {
                        expect(messageId, DELIVERED, message, findings);
                    }
                    if (count(messageId, FAILED) > 0) {
                        findings.add("an event says that the message " + messageId
                                + " failed, and the API that it was sent");
                    }
                }
                // Not known to the end, or without an id that could be looked for.
                case KnownOutcome.Pending _, KnownOutcome.Unknown _, KnownOutcome.Refused _ -> {}
            }
        });
        return findings;
    }

    private void expect(String messageId, String status, Message message, List<String> findings) {
        List<ReceivedEvent> events = events(messageId, status);
        if (events.isEmpty()) {
            findings.add("no event says that the message " + messageId + " was " + status);
        } else if (events.size() > 1) {
            findings.add("under " + events.size() + " ids events say that the message " + messageId + " was " + status);
        } else if (!events.getFirst().session().equals(message.draft().session())) {
            findings.add("the event that the message " + messageId + " was " + status + " names another session");
        }
    }

    private int count(String messageId, String status) {
        return events(messageId, status).size();
    }

    private List<ReceivedEvent> events(String messageId, String status) {
        return log.about(new Subject("message.status " + status, messageId));
    }
}
