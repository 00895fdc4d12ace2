package dev.merpati.model.event;

/** The kinds of events, by the names that tenants see. */
public enum EventType {
    SESSION_STATUS("session.status"),
    SESSION_QR("session.qr"),
    MESSAGE_RECEIVED("message.received"),
    MESSAGE_SENT("message.sent"),
    MESSAGE_STATUS("message.status"),
    MESSAGE_EDITED("message.edited"),
    MESSAGE_DELETED("message.deleted"),
    MESSAGE_REACTION("message.reaction"),
    /** Sent to one webhook when its tenant tests it; in no stream. */
    PING("ping");

    private final String wireName;

    EventType(String wireName) {
        this.wireName = wireName;
    }

    public String wireName() {
        return wireName;
    }
}
