package dev.merpati.worker.cobalt.receive;

import dev.merpati.worker.cobalt.address.Address;
import dev.merpati.worker.cobalt.address.Namespace;
import it.auties.whatsapp.model.jid.Jid;
import it.auties.whatsapp.model.node.Node;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * What the stanza of a one-to-one message says around its ciphertext (whatsmeow {@code parseMessageSource}).
 *
 * @param sender the device that wrote it
 * @param chat whose chat it belongs to: the sender's, or the recipient's when this account wrote it
 * @param alternative the same user as the sender, or as the chat when this account wrote it, in the other namespace
 * @param fromMe whether a device of this account wrote it
 * @param peer whether it is a note among the account's own devices
 */
record Envelope(
        Node stanza,
        String id,
        Address sender,
        Address chat,
        Optional<Address> alternative,
        boolean fromMe,
        boolean peer,
        @Nullable String pushName,
        Instant sentAt,
        boolean offline) {

    /** Whether a message is from a user, rather than from a group, a channel, a status, a bot. */
    static boolean isFromUser(Node message) {
        return jid(message, "from").flatMap(Address::of).isPresent();
    }

    /** @param ownLid null when it is not known */
    static Envelope of(Node message, String ownNumber, @Nullable String ownLid) throws MalformedStanzaException {
        String id = message.attributes().getNullableString("id");
        if (id == null || id.isBlank()) {
            throw new MalformedStanzaException("a message without an id");
        }
        Address sender =
                address(message, "from").orElseThrow(() -> new MalformedStanzaException("a message without a sender"));
        boolean fromMe = sender.user().equals(sender.isLid() ? ownLid : ownNumber);
        Address chat = fromMe ? address(message, "recipient").orElse(sender.account()) : sender.account();
        Optional<Address> alternative = fromMe
                ? first(message, chat.isLid() ? List.of("peer_recipient_pn") : List.of("peer_recipient_lid"))
                : first(
                        message,
                        sender.isLid()
                                ? List.of("sender_pn", "participant_pn")
                                : List.of("sender_lid", "participant_lid"));
        return new Envelope(
                message,
                id,
                sender,
                chat,
                alternative.filter(other -> other.isLid() != (fromMe ? chat : sender).isLid()),
                fromMe,
                message.attributes().hasValue("category", "peer"),
                message.attributes().getNullableString("notify"),
                Instant.ofEpochSecond(seconds(message)),
                message.attributes().hasKey("offline"));
    }

    private static long seconds(Node message) throws MalformedStanzaException {
        try {
            return message.attributes().getLong("t");
        } catch (NumberFormatException e) {
            throw new MalformedStanzaException("a message without a time");
        }
    }

    private static Optional<Address> first(Node message, List<String> attributes) {
        return attributes.stream()
                .flatMap(name -> address(message, name).stream())
                .findFirst();
    }

    /** A hosted business is the user that it is for everybody else. */
    private static Optional<Address> address(Node message, String attribute) {
        return jid(message, attribute).flatMap(Address::of).map(address -> switch (address.namespace()) {
            case PHONE, LID -> address;
            case HOSTED -> new Address(Namespace.PHONE, address.user(), address.device());
            case HOSTED_LID -> new Address(Namespace.LID, address.user(), address.device());
        });
    }

    private static Optional<Jid> jid(Node message, String attribute) {
        try {
            return message.attributes().getOptionalJid(attribute);
        } catch (RuntimeException e) {
            return Optional.empty(); // Not an address.
        }
    }

    /** The hidden id and the number of one user, if the stanza names both. */
    Optional<Pair> pair() {
        Address known = fromMe ? chat : sender;
        return alternative.map(
                other -> known.isLid() ? new Pair(other.user(), known.user()) : new Pair(known.user(), other.user()));
    }

    record Pair(String phoneNumber, String lid) {}
}
