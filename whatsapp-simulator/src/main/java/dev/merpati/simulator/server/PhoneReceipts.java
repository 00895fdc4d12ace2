package dev.merpati.simulator.server;

import dev.merpati.simulator.SimulatorOptions;
import dev.merpati.simulator.crypto.Bytes;
import dev.merpati.simulator.node.Node;
import dev.merpati.simulator.phone.Companion;
import dev.merpati.simulator.phone.Phone;
import java.time.Clock;
import java.util.List;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;

/** What phones tell the senders of messages; a sender that is away gets it when it is back. Thread-safe. */
public final class PhoneReceipts {
    private final SimulatorOptions options;
    private final ScheduledExecutorService scheduler;
    private final Clock clock;

    PhoneReceipts(SimulatorOptions options, ScheduledExecutorService scheduler, Clock clock) {
        this.options = options;
        this.scheduler = scheduler;
        this.clock = clock;
    }

    void delivered(Phone phone, IncomingMessage message) {
        later(message.sender(), Stanza.receipt(message.id(), phone.jid(), null, clock));
    }

    /** The phone's owner has seen the message. */
    public void read(Phone phone, Companion sender, String id) {
        later(sender, Stanza.receipt(id, phone.jid(), "read", clock));
    }

    /** The phone could not decrypt the message and wants it again. */
    void retry(Phone phone, IncomingMessage message) {
        Node retry = Node.of("retry")
                .with("count", "1")
                .with("id", message.id())
                .with("t", Stanza.seconds(clock))
                .with("v", "1");
        var _ = phone.withKeys(party -> Node.of("registration", Bytes.bigEndian(party.registrationId(), 4)))
                .thenAccept(registration -> later(
                        message.sender(),
                        Stanza.receipt(message.id(), phone.jid(), "retry", clock)
                                .children(List.of(retry, registration))));
    }

    private void later(Companion companion, Node receipt) {
        var _ = scheduler.schedule(
                () -> companion.deliver(receipt), options.receiptLatency().toMillis(), TimeUnit.MILLISECONDS);
    }
}
