package dev.merpati.simulator.server;

import dev.merpati.simulator.fault.Fault;
import dev.merpati.simulator.fault.FaultKind;
import dev.merpati.simulator.fault.Faults;
import dev.merpati.simulator.node.Jid;
import dev.merpati.simulator.node.Node;
import dev.merpati.simulator.phone.Companion;
import dev.merpati.simulator.phone.Phone;
import dev.merpati.simulator.phone.PhoneDirectory;
import dev.merpati.simulator.rule.Rule;
import dev.merpati.simulator.rule.Rules;
import dev.merpati.simulator.server.OutgoingMessage.Target;
import dev.merpati.simulator.signal.Encrypted;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Checks messages of clients, hands every device its own ciphertext, and acknowledges. */
final class MessageRelay {
    private static final int BAD_REQUEST = 400;

    private final PhoneDirectory phones;
    private final MessageChecks checks;
    private final NewChats newChats;
    private final PhoneReceiver receiver;
    private final Rules rules;
    private final Faults faults;
    private final Stats stats;
    private final Clock clock;
    private final long ackLatencyMillis;

    MessageRelay(
            PhoneDirectory phones,
            MessageChecks checks,
            NewChats newChats,
            PhoneReceiver receiver,
            Rules rules,
            Faults faults,
            Stats stats,
            Clock clock,
            long ackLatencyMillis) {
        this.phones = phones;
        this.checks = checks;
        this.newChats = newChats;
        this.receiver = receiver;
        this.rules = rules;
        this.faults = faults;
        this.stats = stats;
        this.clock = clock;
        this.ackLatencyMillis = ackLatencyMillis;
    }

    void relay(Connection connection, Companion sender, Node stanza) {
        if (stanza.text("id").isEmpty()) {
            rules.refusals().refuse(Rule.WELL_FORMED, sender.jid(), stanza);
            connection.end(Stanza.streamError(BAD_REQUEST));
            return;
        }
        Optional<Fault> error = faults.strike(FaultKind.ACK_ERROR, sender.number());
        if (error.isPresent()) {
            acknowledge(connection, refusal(stanza, error.get().code()));
            return;
        }
        Optional<OutgoingMessage> message = OutgoingMessage.parse(sender, phones.getOrCreate(sender.number()), stanza);
        Optional<MessageChecks.Refused> refused = message.isEmpty()
                ? Optional.of(new MessageChecks.Refused(Rule.WELL_FORMED, BAD_REQUEST))
                : checks.check(message.get());
        if (refused.isPresent()) {
            rules.refusals().refuse(refused.get().rule(), sender.jid(), stanza);
            acknowledge(connection, refusal(stanza, refused.get().code()));
            return;
        }
        Node ack = accept(connection, message.get());
        if (faults.strike(FaultKind.ACK_DROP, sender.number()).isEmpty()) {
            acknowledge(connection, ack);
        }
    }

    /** Delivers a message and returns what it is acknowledged with. */
    private Node accept(Connection connection, OutgoingMessage message) {
        Node ack = Stanza.ack(message.stanza(), clock);
        Optional<Phone> recipient = phones.registered(message.to());
        if (recipient.isEmpty()) {
            // As on WhatsApp, a message to an alias is acknowledged and reaches nobody.
            stats.undeliverable.increment();
            return ack;
        }
        if (isStale(message, recipient.get())) {
            rules.refusals().refuse(Rule.CURRENT_LID, message.sender().jid(), message.stanza());
            if (recipient.get().tellRotation(message.account().number())) {
                deliver(connection, message, recipient.get());
            } else {
                stats.undeliverable.increment();
            }
            return ack.with("refresh_lid", "true");
        }
        if (!message.isPeer()
                && recipient
                        .get()
                        .addressedAs(message.account().number(), message.to().isHidden())) {
            newChats.begun(message.account());
        }
        int reached = deliver(connection, message, recipient.get());
        if (!message.isFannedOut()
                || message.reachesMissed()
                || message.isPeer()
                || (reached == message.targets().size() && reached == expected(message.account(), recipient.get()))
                || !rules.enforced(Rule.CURRENT_DEVICE_LIST, message.account())) {
            return ack;
        }
        rules.refusals().refuse(Rule.CURRENT_DEVICE_LIST, message.sender().jid(), message.stanza());
        return ack.with(
                "phash",
                DeviceListHash.of(
                        message.account(), recipient.get(), message.to().isHidden()));
    }

    /** Whether a message goes to a hidden id that its account has not any more. The first such one still arrives. */
    private boolean isStale(OutgoingMessage message, Phone recipient) {
        return message.to().isHidden()
                && !message.to().user().equals(recipient.hiddenJid().user())
                && rules.enforced(Rule.CURRENT_LID, message.account());
    }

    /** How many devices a message should reach: all of both accounts but the one that sends it. */
    private static int expected(Phone account, Phone recipient) {
        int own = account.companionCount();
        return account.equals(recipient) ? own : own + recipient.companionCount() + 1;
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

    /** Returns how many devices it reached. */
    private int deliver(Connection connection, OutgoingMessage message, Phone recipient) {
        if (!message.isPeer() && !message.reachesMissed()) {
            count(recipient, message.id());
        }
        int reached = 0;
        for (Target target : message.targets()) {
            Phone phone = message.isRecipients(target.device()) ? recipient : owner(message, recipient, target);
            if (target.device().device() == 0) {
                if (target.encrypted().has("type", Encrypted.Kind.PKMSG.wireName())) {
                    stats.preKeyMessages.increment();
                }
                boolean addressed = !message.isPeer()
                        && phone.equals(recipient)
                        && message.stanza().attribute("recipient") == null;
                receiver.receive(
                        connection,
                        phone,
                        new IncomingMessage(
                                message.sender(), message.account(), message.stanza(), target.encrypted(), addressed));
                reached++;
            } else {
                Optional<Companion> companion = phone.companion(target.device().device());
                companion.ifPresent(device -> device.deliver(forwarded(message, target)));
                reached += companion.isPresent() ? 1 : 0;
            }
        }
        return reached;
    }

    private static Phone owner(OutgoingMessage message, Phone recipient, Target target) {
        return PhoneDirectory.numberOf(target.device()).equals(recipient.number()) ? recipient : message.account();
    }

    private void count(Phone recipient, String id) {
        stats.messages.increment();
        if (recipient.inbox().arrived(id) == 1) {
            stats.distinctMessages.increment();
        }
    }

    private String pushName(OutgoingMessage message) {
        String own = message.sender().pushName();
        return own == null ? message.account().pushName() : own;
    }

    private Node forwarded(OutgoingMessage message, Target target) {
        List<Node> children = new ArrayList<>(List.of(target.encrypted()));
        message.stanza().child("device-identity").ifPresent(children::add);
        boolean own =
                PhoneDirectory.numberOf(target.device()).equals(message.sender().number());
        Jid to = message.to();
        Jid sender = message.sender().jid();
        Jid from = to.isHidden() ? message.account().hiddenJid(sender.device()) : sender;
        return Node.of("message")
                .with("from", from.toString())
                .with(
                        "sender_pn",
                        to.isHidden() && !own
                                ? Jid.phone(message.sender().number()).toString()
                                : null)
                .with("id", message.id())
                .with("t", Stanza.seconds(clock))
                .with("type", message.stanza().attribute("type"))
                .with("recipient", own ? to.withoutDevice().toString() : null)
                .with("peer_recipient_pn", own ? message.stanza().attribute("peer_recipient_pn") : null)
                .with("notify", pushName(message))
                .children(children);
    }
}
