package dev.merpati.simulator.server;

import dev.merpati.simulator.fault.Fault;
import dev.merpati.simulator.fault.FaultKind;
import dev.merpati.simulator.fault.Faults;
import dev.merpati.simulator.node.Jid;
import dev.merpati.simulator.node.Node;
import dev.merpati.simulator.phone.Companion;
import dev.merpati.simulator.phone.Phone;
import dev.merpati.simulator.phone.PhoneDirectory;
import dev.merpati.simulator.signal.Encrypted;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;

/** Checks messages of clients, hands every device its own ciphertext, and acknowledges. */
final class MessageRelay {
    private static final int BAD_REQUEST = 400;
    private static final int NOT_FOUND = 404;
    private static final Set<String> ENC_TYPES = Set.of(Encrypted.Kind.MSG.wireName(), Encrypted.Kind.PKMSG.wireName());

    private final PhoneDirectory phones;
    private final PhoneReceiver receiver;
    private final Faults faults;
    private final Stats stats;
    private final Clock clock;
    private final long ackLatencyMillis;

    MessageRelay(
            PhoneDirectory phones,
            PhoneReceiver receiver,
            Faults faults,
            Stats stats,
            Clock clock,
            long ackLatencyMillis) {
        this.phones = phones;
        this.receiver = receiver;
        this.faults = faults;
        this.stats = stats;
        this.clock = clock;
        this.ackLatencyMillis = ackLatencyMillis;
    }

    void relay(Connection connection, Companion sender, Node message) {
        if (message.text("id").isEmpty()) {
            connection.end(Stanza.streamError(BAD_REQUEST));
            return;
        }
        Optional<Fault> error = faults.strike(FaultKind.ACK_ERROR, sender.number());
        if (error.isPresent()) {
            acknowledge(connection, refusal(message, error.get().code()));
            return;
        }
        Optional<Jid> to = Jid.parse(message.attribute("to"));
        OptionalInt refused = to.isEmpty() ? OptionalInt.of(BAD_REQUEST) : refusalCode(sender, message, to.get());
        if (refused.isPresent()) {
            acknowledge(connection, refusal(message, refused.getAsInt()));
            return;
        }
        phones.registered(to.get())
                .ifPresentOrElse(
                        recipient -> deliver(connection, sender, message, to.get(), recipient),
                        // As on WhatsApp, a message to an alias is acknowledged and reaches nobody.
                        stats.undeliverable::increment);
        if (faults.strike(FaultKind.ACK_DROP, sender.number()).isEmpty()) {
            acknowledge(connection, Stanza.ack(message, clock));
        }
    }

    /**
     * Why a message is refused: it is malformed, or for a number that is neither the recipient nor the sender, or for an
     * unregistered number, a group, a channel or a status, none of which exist here.
     */
    private OptionalInt refusalCode(Companion sender, Node message, Jid to) {
        if (!to.isUser()) {
            return OptionalInt.of(NOT_FOUND);
        }
        List<Target> targets = targets(message, to);
        String recipient = PhoneDirectory.numberOf(to);
        Set<String> allowed = Set.copyOf(List.of(recipient, sender.number()));
        boolean wellFormed = !targets.isEmpty()
                && targets.stream()
                        .allMatch(target -> target.device().isUser()
                                && ENC_TYPES.contains(target.encrypted().text("type"))
                                && allowed.contains(PhoneDirectory.numberOf(target.device())));
        if (!wellFormed) {
            return OptionalInt.of(BAD_REQUEST);
        }
        return phones.numbers().isRegistered(recipient) ? OptionalInt.empty() : OptionalInt.of(NOT_FOUND);
    }

    private void acknowledge(Connection connection, Node ack) {
        long delay = ackLatencyMillis
                + faults.strike(FaultKind.ACK_DELAY, connection.number())
                        .map(Fault::millis)
                        .orElse(0);
        if (delay == 0) {
            connection.send(ack);
        } else {
            connection.after(delay, () -> connection.send(ack));
        }
    }

    private Node refusal(Node message, int code) {
        return Stanza.ack(message, clock).with("error", String.valueOf(code));
    }

    private void deliver(Connection connection, Companion sender, Node message, Jid to, Phone recipient) {
        boolean peer = message.has("category", "peer");
        if (!peer) {
            count(recipient, message.text("id"));
        }
        for (Target target : targets(message, to)) {
            Optional<Phone> phone = phones.registered(target.device());
            if (phone.isEmpty()) {
                continue;
            }
            if (target.device().device() == 0) {
                if (target.encrypted().has("type", Encrypted.Kind.PKMSG.wireName())) {
                    stats.preKeyMessages.increment();
                }
                boolean addressed = !peer && phone.get().equals(recipient);
                receiver.receive(
                        connection,
                        phone.get(),
                        new IncomingMessage(
                                sender, phones.getOrCreate(sender.number()), message, target.encrypted(), addressed));
            } else {
                phone.get()
                        .companion(target.device().device())
                        .ifPresent(companion -> companion.deliver(forwarded(sender, message, to, target)));
            }
        }
    }

    private void count(Phone recipient, String id) {
        stats.messages.increment();
        if (recipient.inbox().arrived(id) == 1) {
            stats.distinctMessages.increment();
        }
    }

    /** One device and the {@code enc} node for it. */
    private record Target(Jid device, Node encrypted) {}

    private static List<Target> targets(Node message, Jid to) {
        List<Target> targets = new ArrayList<>();
        message.child("enc").ifPresent(enc -> targets.add(new Target(to, enc)));
        message.child("participants").stream()
                .flatMap(participants -> participants.children("to").stream())
                .forEach(participant -> Jid.parse(participant.attribute("jid"))
                        .ifPresent(
                                jid -> participant.child("enc").ifPresent(enc -> targets.add(new Target(jid, enc)))));
        return targets;
    }

    private String pushName(Companion sender) {
        String own = sender.pushName();
        return own == null ? phones.getOrCreate(sender.number()).pushName() : own;
    }

    private Node forwarded(Companion sender, Node message, Jid to, Target target) {
        List<Node> children = new ArrayList<>(List.of(target.encrypted()));
        message.child("device-identity").ifPresent(children::add);
        boolean own = PhoneDirectory.numberOf(target.device()).equals(sender.number());
        return Node.of("message")
                .with("from", sender.jid().toString())
                .with("id", message.text("id"))
                .with("t", Stanza.seconds(clock))
                .with("type", message.attribute("type"))
                .with("recipient", own ? to.withoutDevice().toString() : null)
                .with("notify", pushName(sender))
                .children(children);
    }
}
