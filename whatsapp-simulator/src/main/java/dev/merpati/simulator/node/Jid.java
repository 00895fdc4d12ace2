package dev.merpati.simulator.node;

import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * An address: {@code user[:device]@server}.
 *
 * @param user a phone number, the user part of a hidden id, or empty for the server itself
 * @param device 0 is the phone
 */
public record Jid(String user, int device, String server) {
    /** The server of phone numbers, and the address of the server itself. */
    public static final String USERS = "s.whatsapp.net";

    /** The server of hidden ids ("LID"), which WhatsApp uses beside phone numbers. */
    public static final String HIDDEN = "lid";

    /** The server of users of other companies' messengers; {@code user} is the integrator, a hyphen and the user. */
    public static final String INTEROP = "interop";

    /** Stands for a kind of address that clients of today do not know: written in a way that they cannot read. */
    public static final String UNKNOWN = "unknown";

    public static Jid phone(String number) {
        return new Jid(number, 0, USERS);
    }

    public static Jid companion(String number, int device) {
        return new Jid(number, device, USERS);
    }

    public static Jid hidden(String user, int device) {
        return new Jid(user, device, HIDDEN);
    }

    /** Reads the text form; empty when it is none ({@code text} may be null for a missing attribute). */
    public static Optional<Jid> parse(@Nullable String text) {
        if (text == null) {
            return Optional.empty();
        }
        int at = text.indexOf('@');
        if (at < 0) {
            return Optional.empty();
        }
        String user = text.substring(0, at);
        int colon = user.indexOf(':');
        String server = text.substring(at + 1);
        try {
            int device = colon < 0 ? 0 : Integer.parseInt(user.substring(colon + 1));
            return Optional.of(new Jid(colon < 0 ? user : user.substring(0, colon), device, server));
        } catch (NumberFormatException e) {
            return Optional.empty();
        }
    }

    public boolean isUser() {
        return !user.isEmpty() && (server.equals(USERS) || server.equals(HIDDEN));
    }

    public boolean isHidden() {
        return server.equals(HIDDEN);
    }

    /** The same user's phone. */
    public Jid withoutDevice() {
        return device == 0 ? this : new Jid(user, 0, server);
    }

    @Override
    public String toString() {
        return user + (device == 0 ? "" : ":" + device) + "@" + server;
    }
}
