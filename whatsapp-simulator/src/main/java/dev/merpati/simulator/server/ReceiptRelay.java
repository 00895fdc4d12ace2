package dev.merpati.simulator.server;

import dev.merpati.simulator.node.Jid;
import dev.merpati.simulator.node.Node;
import dev.merpati.simulator.phone.Companion;
import dev.merpati.simulator.phone.DeliveryState;
import dev.merpati.simulator.phone.Phone;
import dev.merpati.simulator.phone.PhoneDirectory;
import dev.merpati.simulator.rule.Rule;
import dev.merpati.simulator.rule.Rules;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * Passes receipts of companions to the devices that they concern. One to a device reaches that device; one to a user
 * reaches the user's phone and all companions; that a message was read is also told to the reader's other companions.
 */
final class ReceiptRelay {
    private static final Set<String> SEEN = Set.of("read", "played");

    private final PhoneDirectory phones;
    private final PhoneSender sender;
    private final RetryRequests retryRequests;
    private final Reuploads reuploads;
    private final Rules rules;
    private final Stats stats;
    private final Clock clock;

    ReceiptRelay(
            PhoneDirectory phones,
            PhoneSender sender,
            RetryRequests retryRequests,
            Reuploads reuploads,
            Rules rules,
            Stats stats,
            Clock clock) {
        this.phones = phones;
        this.sender = sender;
        this.retryRequests = retryRequests;
        this.reuploads = reuploads;
        this.rules = rules;
        this.stats = stats;
        this.clock = clock;
    }

    void relay(Companion companion, Node receipt) {
        if (receipt.has("type", "server-error")) {
            reuploads.requested(companion, receipt);
            return;
        }
        Optional<Jid> to = Jid.parse(receipt.attribute("to")).filter(Jid::isUser);
        Optional<Phone> author = to.flatMap(jid -> phones.existing(PhoneDirectory.numberOf(jid)));
        if (to.isEmpty() || author.isEmpty()) {
            return;
        }
        Node passed = passed(companion, receipt, to.get());
        if (to.get().device() != 0) {
            if (receipt.has("type", "retry")) {
                retryRequests.requested(
                        Jid.companion(author.get().number(), to.get().device()),
                        receipt.text("id"),
                        companion.number(),
                        companion.jid().device());
            }
            author.get().companion(to.get().device()).ifPresent(device -> device.deliver(passed));
        } else {
            reachPhone(companion, author.get(), receipt);
            if (SEEN.contains(receipt.text("type"))) {
                author.get().companions().forEach(device -> device.deliver(passed));
            }
        }
        if (SEEN.contains(receipt.text("type"))) {
            tellOwnDevices(companion, receipt, to.get());
        }
    }

    /** The reader's other companions take the messages for read as well. */
    private void tellOwnDevices(Companion companion, Node receipt, Jid chat) {
        Jid own = address(companion, chat);
        Node seen = Stanza.receipt(receipt.text("id"), own, "read-self", clock)
                .with("recipient", chat.withoutDevice().toString())
                .children(receipt.children());
        phones.existing(companion.number()).stream()
                .flatMap(phone -> phone.companions().stream())
                .filter(other -> !other.equals(companion))
                .forEach(other -> other.deliver(seen));
    }

    private void reachPhone(Companion companion, Phone author, Node receipt) {
        if (receipt.has("type", "retry")) {
            stats.retryRequests.increment();
            sender.resend(author, companion, receipt);
            return;
        }
        DeliveryState state = DeliveryState.ofReceipt(receipt.attribute("type"));
        if (state != null) {
            for (String id : ids(receipt)) {
                author.outbox().reached(id, companion.jid().device(), state);
                if (sender.isUnreadable(id, companion)) {
                    falselyDelivered(companion, receipt);
                }
            }
        }
    }

    private void falselyDelivered(Companion companion, Node receipt) {
        stats.falselyDelivered.increment();
        if (rules.enforced(Rule.HONEST_RECEIPTS, phones.getOrCreate(companion.number()))) {
            rules.refusals().refuse(Rule.HONEST_RECEIPTS, companion.jid(), receipt);
        }
    }

    private Node passed(Companion companion, Node receipt, Jid to) {
        return Stanza.receipt(receipt.text("id"), address(companion, to), receipt.attribute("type"), clock)
                .children(receipt.children());
    }

    /** The address of a device in a chat. */
    private Jid address(Companion companion, Jid chat) {
        return chat.isHidden()
                ? phones.hiddenJid(companion.number(), companion.jid().device())
                : companion.jid();
    }

    /** All messages that a receipt is about. */
    private static List<String> ids(Node receipt) {
        List<String> ids = new ArrayList<>(List.of(receipt.text("id")));
        receipt.child("list").stream()
                .flatMap(list -> list.children("item").stream())
                .forEach(item -> ids.add(item.text("id")));
        return ids;
    }
}
