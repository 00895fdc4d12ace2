package dev.merpati.chaos.load;

import dev.merpati.chaos.ledger.Ledger;
import dev.merpati.cluster.Answer;
import dev.merpati.cluster.PairedSession;
import dev.merpati.cluster.SimulatorClient;
import dev.merpati.cluster.UnansweredException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;

/** Deletes sessions while a fault happens, and requires that nothing is left of them. */
public final class Deletions {
    private static final Duration PATIENCE = Duration.ofMinutes(3);
    private static final Duration PAUSE = Duration.ofSeconds(1);

    private final SimulatorClient simulator;
    private final Ledger ledger;
    private final AtomicInteger left = new AtomicInteger();
    private final List<Thread> running = new ArrayList<>();

    public Deletions(SimulatorClient simulator, Ledger ledger) {
        this.simulator = simulator;
        this.ledger = ledger;
    }

    /** How many of the sessions that are to be deleted may still be connected. */
    public int left() {
        return left.get();
    }

    /** Adds a session, which is deleted after a delay. */
    public void begin(Customer customer, PairedSession session, Duration delay) {
        left.incrementAndGet();
        running.add(Thread.ofVirtual().start(() -> {
            try {
                Thread.sleep(delay);
                delete(customer, session);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            } catch (RuntimeException e) {
                ledger.addFinding("DELETE failed: " + e);
            }
        }));
    }

    /** Waits until all are gone, or known not to go. */
    public void finish() throws InterruptedException {
        for (Thread deletion : running) {
            deletion.join();
        }
    }

    private void delete(Customer customer, PairedSession session) throws InterruptedException {
        String path = "/api/sessions/" + session.id();
        Instant deadline = Instant.now().plus(PATIENCE);
        boolean mayBeDone = false;
        int status = 0;
        while (status != 200 && !(mayBeDone && status == 404) && Instant.now().isBefore(deadline)) {
            try {
                Answer answer = customer.next().delete(path);
                status = answer.status();
                mayBeDone |= status >= 500;
                if (status != 200 && status != 503 && status != 504 && !(mayBeDone && status == 404)) {
                    ledger.addFinding("DELETE: " + answer);
                }
            } catch (UnansweredException e) {
                mayBeDone = true;
                status = 0;
            }
            if (status != 200) {
                Thread.sleep(PAUSE);
            }
        }
        awaitUnlinked(session, deadline);
        left.decrementAndGet();
    }

    private void awaitUnlinked(PairedSession session, Instant deadline) throws InterruptedException {
        while (linkedDevices(session) > 0) {
            if (Instant.now().isAfter(deadline)) {
                ledger.addFinding("a session was deleted, but its device is still linked");
                return;
            }
            Thread.sleep(PAUSE);
        }
    }

    /** At least one, when the simulator does not say. */
    private int linkedDevices(PairedSession session) {
        try {
            return simulator.phone(session.phone()).required("linkedDevices").asInt();
        } catch (UnansweredException e) {
            return 1;
        }
    }
}
