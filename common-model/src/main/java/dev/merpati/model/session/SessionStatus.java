package dev.merpati.model.session;

import java.util.Locale;

/** Where a session is in its life: {@code connecting → qr → connected ⇄ disconnected}. */
public enum SessionStatus {
    CONNECTING,
    QR,
    CONNECTED,
    DISCONNECTED;

    /** The name that tenants see, and that stands in Redis. */
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
