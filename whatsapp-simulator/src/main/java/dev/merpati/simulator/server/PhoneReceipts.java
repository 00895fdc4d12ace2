package dev.merpati.simulator.server;

import dev.merpati.simulator.SimulatorOptions;
import dev.merpati.simulator.crypto.Bytes;
import dev.merpati.simulator.node.Jid;
import dev.merpati.simulator.node.Node;
import dev.merpati.simulator.phone.Companion;
import dev.merpati.simulator.phone.Phone;
import dev.merpati.simulator.phone.ReceivedMessage;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;

/** What phones tell the senders of messages; a sender that is away gets it when it is back. Thread-safe. */
public final class PhoneReceipts {
    private static final int MAX_RETRIES = 5;

    private final SimulatorOptions options;
    private final ScheduledExecutorService scheduler;
    private final RetryRequests retryRequests;
    private final Clock clock;

    PhoneReceipts(
            SimulatorOptions options, ScheduledExecutorService scheduler, RetryRequests retryRequests, Clock clock) {
        this.options = options;
        this.scheduler = scheduler;
        this.retryRequests = retryRequests;
        this.clock = clock;
    }

    void delivered(Phone phone, IncomingMessage message) {
        later(message.sender(), Stanza.receipt(message.id(), message.address(phone), null, clock));
    }

    /**
     * The phone's owner has seen messages of one sender: one receipt for all of them, as WhatsApp does it.
     *
     * @param from the owner's device on which they were seen, under its address in the chat
     * @param ids one or more
     */
    public void read(Jid from, Companion sender, List<String> ids) {
        Node receipt = Stanza.receipt(ids.getFirst(), from, "read", clock);
        List<Node> more =
                ids.stream().skip(1).map(id -> Node.of("item").with("id", id)).toList();
        later(
                sender,
                more.isEmpty()
                        ? receipt
                        : receipt.children(List.of(Node.of("list").children(more))));
    }

    /**
     * The phone could not decrypt the message and requests it again, at most five times. From the second request on it
     * sends keys for a new session along, as official clients do.
     */
    void retry(Phone phone, IncomingMessage message) {
        int count = phone.inbox().requestedAgain(message.id());
        if (count <= MAX_RETRIES) {
            request(phone, message.sender(), message.address(phone), message.id(), count);
        }
    }

    /**
     * Requests a message again that the phone has shown, as one does that has lost it since, with keys for a new session.
     *
     * @param sender the device that wrote it
     */
    public void requestAgain(Phone phone, Companion sender, ReceivedMessage message) {
        Jid from = message.hidden() ? phone.hiddenJid() : phone.jid();
        int count = Math.max(2, phone.inbox().requestedAgain(message.id()));
        request(phone, sender, from, message.id(), count);
    }

    private void request(Phone phone, Companion sender, Jid from, String id, int count) {
        retryRequests.requested(sender.jid(), id, phone.number(), 0);
        Node retry = Node.of("retry")
                .with("count", String.valueOf(count))
                .with("id", id)
                .with("t", Stanza.seconds(clock))
                .with("v", "1");
        var _ = phone.withKeys(party -> {
                    List<Node> children = new ArrayList<>(
                            List.of(retry, Node.of("registration", Bytes.bigEndian(party.registrationId(), 4))));
                    if (count > 1) {
                        children.add(Node.of("keys").children(Stanza.bundleKeys(party.bundle())));
                    }
                    return children;
                })
                .thenAccept(children ->
                        later(sender, Stanza.receipt(id, from, "retry", clock).children(children)));
    }

    private void later(Companion companion, Node receipt) {
        var _ = scheduler.schedule(
                () -> companion.deliver(receipt), options.receiptLatency().toMillis(), TimeUnit.MILLISECONDS);
    }
}
