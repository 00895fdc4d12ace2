package dev.merpati.worker.cobalt.address;

import it.auties.whatsapp.model.jid.Jid;
import it.auties.whatsapp.model.jid.JidServer;
import it.auties.whatsapp.model.node.Node;
import it.auties.whatsapp.model.signal.session.SessionAddress;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A user's device.
 *
 * @param user the digits of the number, or of the hidden id
 * @param device 0 for the phone, which also stands for the account as a whole; 1 to 99 for a companion
 */
public record Address(Namespace namespace, String user, int device) {
    private static final Pattern TEXT = Pattern.compile("(\\d{1,20})(?::(\\d{1,4}))?@([a-z.]+)");

    public static Address ofNumber(String phoneNumber) {
        return new Address(Namespace.PHONE, phoneNumber, 0);
    }

    public static Address ofLid(String lid) {
        return new Address(Namespace.LID, lid, 0);
    }

    /** Returns the address of a user or device; empty for a group, a newsletter, a server. */
    public static Optional<Address> of(Jid jid) {
        if (!jid.hasUser()) {
            return Optional.empty();
        }
        return namespace(jid).map(namespace -> new Address(namespace, jid.user(), jid.device()));
    }

    /** Cobalt gives a device the server of numbers, whatever the domain, which it keeps as the agent. */
    private static Optional<Namespace> namespace(Jid jid) {
        if (jid.hasServer(JidServer.whatsapp()) || jid.hasServer(JidServer.user())) {
            return switch (jid.agent()) {
                case 1 -> Optional.of(Namespace.LID);
                case 128 -> Optional.of(Namespace.HOSTED);
                case 129 -> Optional.of(Namespace.HOSTED_LID);
                default -> Optional.of(Namespace.PHONE);
            };
        }
        for (Namespace namespace : Namespace.values()) {
            if (namespace.server().equals(jid.server().address())) {
                return Optional.of(namespace);
            }
        }
        return Optional.empty();
    }

    public Jid toJid() {
        return Jid.of(user, namespace.jidServer(), device, namespace.domain());
    }

    /** The account, by its phone's address. */
    public Address account() {
        return withDevice(0);
    }

    public Address withDevice(int number) {
        return new Address(namespace, user, number);
    }

    public boolean isSameUser(Address other) {
        return namespace == other.namespace && user.equals(other.user);
    }

    public boolean isLid() {
        return namespace == Namespace.LID || namespace == Namespace.HOSTED_LID;
    }

    /** The same device of the same account under a hidden id; a hosted one stays hosted. */
    public Address underLid(String lid) {
        return new Address(isHosted() ? Namespace.HOSTED_LID : Namespace.LID, lid, device);
    }

    /** The same device of the same account under a phone number; a hosted one stays hosted. */
    public Address underNumber(String phoneNumber) {
        return new Address(isHosted() ? Namespace.HOSTED : Namespace.PHONE, phoneNumber, device);
    }

    private boolean isHosted() {
        return namespace == Namespace.HOSTED || namespace == Namespace.HOSTED_LID;
    }

    /** Reads {@code 628111222333:4@s.whatsapp.net}; empty for anything but a user or device. */
    public static Optional<Address> parse(String text) {
        Matcher parts = TEXT.matcher(text);
        if (!parts.matches()) {
            return Optional.empty();
        }
        for (Namespace namespace : Namespace.values()) {
            if (namespace.server().equals(parts.group(3))
                    || (namespace == Namespace.PHONE && "c.us".equals(parts.group(3)))) {
                String device = parts.group(2);
                return Optional.of(
                        new Address(namespace, parts.group(1), device == null ? 0 : Integer.parseInt(device)));
            }
        }
        return Optional.empty();
    }

    /** Returns the address in an attribute of a stanza, whether it was written as an address or as text. */
    public static Optional<Address> in(Node stanza, String attribute) {
        return switch (stanza.attributes().toMap().get(attribute)) {
            case Jid jid -> of(jid);
            case null -> Optional.empty();
            case Object text -> parse(text.toString());
        };
    }

    /** As the hashes over device lists have it (whatsmeow {@code types.JID.ADString}). */
    public String toHashed() {
        return user + ".0:" + device + "@" + namespace.server();
    }

    /** The name under which Signal sessions are kept; numbers and hidden ids of the same digits are not the same. */
    public SessionAddress toSignalAddress() {
        return new SessionAddress(namespace == Namespace.PHONE ? user : user + "_" + namespace.domain(), device);
    }

    /** As WhatsApp writes it in text: {@code 628111222333:4@s.whatsapp.net}. */
    @Override
    public String toString() {
        return user + (device == 0 ? "" : ":" + device) + "@" + namespace.server();
    }
}
