package dev.merpati.model.session;

import java.util.Locale;

/** The state of a session: {@code connecting → qr → connected ⇄ disconnected}. */
public enum SessionStatus {
    CONNECTING,
    QR,
    CONNECTED,
    DISCONNECTED;

    /** Returns the name that tenants see and that is stored in Redis. */
    public String wireName() {
        return name().toLowerCase(Locale.ROOT);
    }

    /** Reads a name; one that only a newer release knows is {@link #CONNECTING}, which promises nothing. */
    public static SessionStatus ofWireName(String wireName) {
        for (SessionStatus each : values()) {
            if (each.wireName().equals(wireName)) {
                return each;
            }
        }
        return CONNECTING;
    }
}
