package dev.merpati.chaos.load;

import dev.merpati.chaos.ledger.Draft;
import dev.merpati.chaos.ledger.Message;
import dev.merpati.cluster.Answer;
import dev.merpati.cluster.GatewayClient;
import dev.merpati.cluster.PairedSession;
import dev.merpati.cluster.UnansweredException;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * A tenant's program as it should be: what it does not know it asks again, under the same idempotency key and at the
 * next gateway; what is accepted it follows to its end. Thread-safe.
 */
public final class Customer {
    /** A send waits 30 s for WhatsApp, and may wait some seconds for Kafka before; whoever waits longer hangs. */
    static final Duration LONGEST_ANSWER = Duration.ofSeconds(45);

    private static final Duration PATIENCE = Duration.ofMinutes(3);
    private static final Duration PAUSE = Duration.ofSeconds(1);

    private final List<GatewayClient> gateways;
    private final List<PairedSession> sessions;
    private final AtomicInteger turn = new AtomicInteger();

    /**
     * A customer of all gateways.
     *
     * @param gateways with the tenant's API key
     * @param sessions of the tenant, all paired
     */
    public Customer(List<GatewayClient> gateways, List<PairedSession> sessions) {
        this.gateways = List.copyOf(gateways);
        this.sessions = List.copyOf(sessions);
    }

    /** The tenant's sessions. */
    public List<PairedSession> sessions() {
        return sessions;
    }

    /** A client of the next gateway in turn. */
    GatewayClient next() {
        return gateways.get(Math.floorMod(turn.getAndIncrement(), gateways.size()));
    }

    /** Sends a text and returns when all that can be known of it is known, in minutes at most. */
    Message sendText(PairedSession session, String to, boolean takesNoForAnAnswer) throws InterruptedException {
        String text = UUID.randomUUID() + " Pedido n.º 4711 – обработан 👩🏽‍🚀";
        return send(
                new Draft(session.id(), session.phone(), to, text, null),
                takesNoForAnAnswer,
                () -> next().send(session.id(), to, text, "Idempotency-Key", text.substring(0, 36)));
    }

    /** As {@link #sendText}, with a PDF of random content whose caption is the text. */
    Message sendFile(PairedSession session, String to, boolean takesNoForAnAnswer) throws InterruptedException {
        String caption = UUID.randomUUID() + " рахунок 🧾";
        byte[] file = RandomFiles.pdf(new Random(caption.hashCode()));
        return send(
                new Draft(session.id(), session.phone(), to, caption, RandomFiles.sha256(file)),
                takesNoForAnAnswer,
                () -> next().sendMedia(
                                session.id(),
                                Map.of("to", to, "message", caption),
                                "invoice.pdf",
                                file,
                                "Idempotency-Key",
                                caption.substring(0, 36)));
    }

    private interface Request {
        Answer make();
    }

    private Message send(Draft draft, boolean takesNoForAnAnswer, Request request) throws InterruptedException {
        Correspondence letters = new Correspondence(draft, takesNoForAnAnswer);
        Instant deadline = Instant.now().plus(PATIENCE);
        while (!letters.isOver() && Instant.now().isBefore(deadline)) {
            Instant asked = Instant.now();
            try {
                Answer answer = request.make();
                letters.answered(answer, Duration.between(asked, Instant.now()));
            } catch (UnansweredException e) {
                letters.unanswered(e);
            }
            if (!letters.isOver()) {
                Thread.sleep(PAUSE);
            }
            while (letters.isAccepted() && !letters.isOver() && Instant.now().isBefore(deadline)) {
                follow(letters);
                Thread.sleep(PAUSE);
            }
        }
        return letters.message();
    }

    private void follow(Correspondence letters) {
        try {
            letters.lookedUp(next().message(letters.messageId()));
        } catch (UnansweredException e) {
            letters.lookupUnanswered(e);
        }
    }
}
