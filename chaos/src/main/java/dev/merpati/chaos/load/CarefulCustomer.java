package dev.merpati.chaos.load;

import dev.merpati.chaos.ledger.Message;
import dev.merpati.cluster.Answer;
import dev.merpati.cluster.GatewayClient;
import dev.merpati.cluster.UnansweredException;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * A customer's program as it should be: what it does not know it asks again, under the same idempotency key and at the
 * next gateway; what is accepted it follows to its end. Every second message takes a definite no for an answer, and every
 * other one is repeated until it is accepted, since both promises are to be tested. Thread-safe.
 */
final class CarefulCustomer {
    /** A send waits 30 s for WhatsApp, and may wait some seconds for Kafka before; whoever waits longer hangs. */
    static final Duration LONGEST_ANSWER = Duration.ofSeconds(45);

    private static final Duration PATIENCE = Duration.ofMinutes(3);
    private static final Duration PAUSE = Duration.ofSeconds(1);

    private final List<GatewayClient> gateways;
    private final AtomicInteger turn = new AtomicInteger();

    CarefulCustomer(List<GatewayClient> gateways) {
        this.gateways = List.copyOf(gateways);
    }

    /** Sends a text and returns when all that can be known of it is known, in minutes at most. */
    Message send(String session, String to, String text, boolean takesNoForAnAnswer) throws InterruptedException {
        Correspondence letters = new Correspondence(session, text, takesNoForAnAnswer);
        Instant deadline = Instant.now().plus(PATIENCE);
        while (!letters.isOver() && Instant.now().isBefore(deadline)) {
            Instant asked = Instant.now();
            try {
                Answer answer = next().send(session, to, text, "Idempotency-Key", text);
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

    private GatewayClient next() {
        return gateways.get(Math.floorMod(turn.getAndIncrement(), gateways.size()));
    }
}
