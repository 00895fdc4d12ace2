package dev.merpati.worker.cobalt.receive;

import it.auties.whatsapp.model.node.Attributes;
import it.auties.whatsapp.model.node.Node;
import java.util.List;
import java.util.function.Consumer;

/**
 * What is said to the server of a stanza that it sent. Replies name the addresses as the stanza had them: those are right
 * whatever kind they are of. Thread-safe.
 */
public final class StanzaReplies {
    /** Why a message is not taken (Baileys {@code NACK_REASONS}, whatsmeow {@code receipt.go}). */
    enum Refusal {
        PARSING_ERROR(487),
        UNRECOGNIZED_STANZA(488),
        INVALID_PROTOBUF(491),
        MISSING_MESSAGE_SECRET(495),
        UNHANDLED_ERROR(500);

        private final int code;

        Refusal(int code) {
            this.code = code;
        }
    }

    private final Consumer<Node> send;

    /** @param send sends a stanza to which no response is expected; does nothing when the connection is over */
    public StanzaReplies(Consumer<Node> send) {
        this.send = send;
    }

    /** Says that a stanza has come, or it comes again at each login, and in the end is held against the device. */
    public void acknowledge(Node stanza) {
        send.accept(Node.of("ack", ack(stanza)));
    }

    /** Says that a message has come and is not taken. */
    void refuse(Node message, Refusal why) {
        send.accept(Node.of("ack", ack(message).put("error", Integer.toString(why.code))));
    }

    private static Attributes ack(Node stanza) {
        Attributes attributes = Attributes.of();
        copy(stanza, "id", attributes, "id");
        copy(stanza, "from", attributes, "to");
        attributes.put("class", stanza.description());
        for (String name : List.of("participant", "recipient")) {
            copy(stanza, name, attributes, name);
        }
        // Messages are acknowledged without their type (whatsmeow receipt.go, Baileys messages-recv.ts).
        if (!stanza.hasDescription("message")) {
            copy(stanza, "type", attributes, "type");
        }
        return attributes;
    }

    /** Sends a receipt of a type for a message, with what it holds. */
    void receipt(Node message, String type, Node... content) {
        Attributes attributes = Attributes.of();
        copy(message, "id", attributes, "id");
        copy(message, "from", attributes, "to");
        for (String name : List.of("recipient", "participant")) {
            copy(message, name, attributes, name);
        }
        if ("retry".equals(type)) {
            copy(message, "category", attributes, "category");
        }
        attributes.put("type", type);
        send.accept(content.length == 0 ? Node.of("receipt", attributes) : Node.of("receipt", attributes, content));
    }

    private static void copy(Node from, String name, Attributes to, String as) {
        Object value = from.attributes().toMap().get(name);
        to.put(as, value, value != null);
    }
}
