package dev.merpati.worker.cobalt.stream;

import dev.merpati.worker.whatsapp.StanzaLogs;
import it.auties.whatsapp.model.jid.Jid;
import it.auties.whatsapp.model.node.Node;
import java.util.Collection;
import java.util.Set;
import java.util.UUID;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Logs what goes over one session's streams, for a person who wants to know how WhatsApp behaves: names, attributes and
 * sizes. Never contents, keys, names of people or whole addresses: only values of known attributes, in known forms, are
 * written out, and of an address its last two digits. Off unless an operator switches it on for the session.
 */
final class StanzaLog {
    /** By its own name: it can be sent elsewhere, or be silenced for good. */
    private static final Logger log = LoggerFactory.getLogger("merpati.stanzas");

    private static final Set<String> WRITTEN_OUT = Set.of(
            "id",
            "type",
            "class",
            "xmlns",
            "t",
            "v",
            "count",
            "error",
            "code",
            "reason",
            "expire",
            "stage",
            "mode",
            "context",
            "category",
            "offline",
            "edit",
            "mediatype",
            "decrypt-fail",
            "device_fanout",
            "addressing_mode",
            "phash",
            "refresh_lid",
            "key-index",
            "platform",
            "protocol",
            "config_code",
            "message",
            "receipt",
            "notification",
            "call",
            "appdata",
            "timestamp",
            "version",
            "last",
            "index",
            "query_id");
    private static final Pattern PLAIN = Pattern.compile("[A-Za-z0-9_.:/+=-]{1,64}");
    /** May be a number, whatever it is called; ids of messages have letters in them. */
    private static final Pattern NUMBER = Pattern.compile("[\\d.+:/=-]*\\d{7,}[\\d.+:/=-]*");

    private static final Set<String> TIMES = Set.of("t", "timestamp", "expire");
    private static final Pattern ADDRESS = Pattern.compile("[^@\\s]*@[a-z.]{1,20}");
    private static final int MAX_DEPTH = 8;
    private static final int MAX_LENGTH = 4_000;

    private final StanzaLogs logs;
    private final UUID sessionId;

    StanzaLog(StanzaLogs logs, UUID sessionId) {
        this.logs = logs;
        this.sessionId = sessionId;
    }

    void received(Node stanza) {
        write("<-", stanza);
    }

    void sent(Node stanza) {
        write("->", stanza);
    }

    private void write(String direction, Node stanza) {
        if (logs.isOn(sessionId)) {
            log.info("{} {} {}", sessionId, direction, describe(stanza));
        }
    }

    static String describe(Node stanza) {
        StringBuilder text = new StringBuilder();
        append(text, stanza, 0);
        return text.length() <= MAX_LENGTH ? text.toString() : text.substring(0, MAX_LENGTH) + "…";
    }

    private static void append(StringBuilder text, Node node, int depth) {
        text.append('<').append(node.description());
        node.attributes()
                .forEach((name, value) ->
                        text.append(' ').append(name).append('=').append(masked(name, value)));
        appendContent(text, node.content(), depth);
        text.append('>');
    }

    private static void appendContent(StringBuilder text, @Nullable Object content, int depth) {
        switch (content) {
            case null -> {
                // Attributes only.
            }
            case byte[] bytes -> text.append(' ').append(bytes.length).append(" bytes");
            case Collection<?> children
            when depth < MAX_DEPTH && text.length() < MAX_LENGTH ->
                children.forEach(child -> {
                    text.append(' ');
                    if (child instanceof Node node) {
                        append(text, node, depth + 1);
                    }
                });
            case Collection<?> children ->
                text.append(' ').append(children.size()).append(" nodes");
            case Jid address -> text.append(' ').append(masked(address));
            default -> text.append(' ').append(content.toString().length()).append(" characters");
        }
    }

    private static String masked(String name, @Nullable Object value) {
        return switch (value) {
            case null -> "nothing";
            case byte[] bytes -> bytes.length + " bytes";
            case Jid address -> masked(address);
            default -> {
                String text = value.toString();
                if (ADDRESS.matcher(text).matches()) {
                    yield masked(text);
                }
                boolean known = WRITTEN_OUT.contains(name)
                        && PLAIN.matcher(text).matches()
                        && (TIMES.contains(name) || !NUMBER.matcher(text).matches());
                yield known ? text : "(" + text.length() + " characters)";
            }
        };
    }

    private static String masked(Jid address) {
        String user = address.hasUser() ? address.user() : "";
        String device = address.device() == 0 ? "" : ":" + address.device();
        return masked(user + device + "@" + address.server().address());
    }

    /** The last two digits of the user, the device and the server. */
    private static String masked(String address) {
        int at = address.indexOf('@');
        if (at < 0) {
            return "(" + address.length() + " characters)";
        }
        String user = address.substring(0, at);
        int end = indexOfDevice(user);
        String digits = user.substring(0, end);
        String shown = digits.length() <= 4 ? "" : digits.substring(digits.length() - 2);
        return (digits.isEmpty() ? "" : "…" + shown) + user.substring(end) + address.substring(at);
    }

    private static int indexOfDevice(String user) {
        int colon = user.indexOf(':');
        // A device has at most three digits; anything else is part of what is masked.
        return colon >= 0 && user.length() - colon <= 4 ? colon : user.length();
    }
}
