package dev.merpati.benchmark.text;

import dev.merpati.benchmark.load.Call;
import java.util.concurrent.atomic.AtomicIntegerArray;
import java.util.concurrent.atomic.LongAdder;

/** Sends a text per call, to the recipients of the session in turn, which no other session writes to. */
public final class Texts implements Call {
    private static final String TEXT = "Your order 4711 has been shipped and will reach you tomorrow between 9 and 12.";

    private final TextSender sender;
    private final NumberRange recipients;
    private final int perSession;
    private final AtomicIntegerArray sequences;
    private final LongAdder sent = new LongAdder();

    public Texts(TextSender sender, NumberRange recipients, int sessions, int perSession) {
        this.sender = sender;
        this.recipients = recipients;
        this.perSession = perSession;
        this.sequences = new AtomicIntegerArray(sessions);
    }

    @Override
    public void perform(int session) throws Exception {
        int recipient = sequences.getAndIncrement(session) % perSession;
        sender.send(session, recipients.number(session * perSession + recipient), TEXT);
        sent.increment();
    }

    /** How many were acknowledged. */
    public long sent() {
        return sent.sum();
    }
}
