package dev.merpati.model.session;

import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** Why a session is disconnected and stays so until somebody reconnects it. */
public enum Disconnection {
    /** The phone logged the session out; its credentials are void. */
    LOGGED_OUT,
    /** WhatsApp banned the account; its credentials are void. */
    BANNED,
    /** WhatsApp has locked the account until its owner does something about it on the phone. */
    LOCKED,
    /** WhatsApp keeps the account out for a while, after which the session connects by itself. */
    RESTRICTED,
    /** WhatsApp no longer accepts this client version. */
    CLIENT_OUTDATED,
    /** WhatsApp did not let the device be paired. */
    PAIRING_REFUSED,
    /**
     * WhatsApp wants the account's passkey before it lets the device be paired. Also shown while WhatsApp still waits for
     * it, when the session is not disconnected yet.
     */
    PASSKEY_REQUIRED,
    /** Redis no longer has the session's credentials. */
    CREDENTIALS_LOST,
    /** The session's credentials cannot be decrypted or decoded. */
    CREDENTIALS_UNREADABLE,
    /** A reason that only a newer release knows. */
    UNKNOWN;

    /** The name that tenants see. */
    public String wireName() {
        return name().toLowerCase(Locale.ROOT);
    }

    /** Reads a stored name; null stays null, and a name that this release does not know is {@link #UNKNOWN}. */
    public static @Nullable Disconnection ofStored(@Nullable String name) {
        if (name == null) {
            return null;
        }
        for (Disconnection each : values()) {
            if (each.name().equals(name)) {
                return each;
            }
        }
        return UNKNOWN;
    }
}
