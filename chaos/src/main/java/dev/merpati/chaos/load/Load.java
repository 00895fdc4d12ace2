package dev.merpati.chaos.load;

import dev.merpati.chaos.ledger.Ledger;
import dev.merpati.cluster.GatewayClient;
import dev.merpati.cluster.LinkedSession;
import java.util.List;
import java.util.Random;
import java.util.UUID;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.locks.LockSupport;

/**
 * A known load: so many texts per second from random sessions, and so many number checks, whether those before were
 * answered or not. Each text is unlike all others, each session writes to one recipient.
 */
public final class Load {
    private static final long SECOND = TimeUnit.SECONDS.toNanos(1);

    private final List<GatewayClient> gateways;
    private final List<LinkedSession> sessions;
    private final List<String> recipients;
    private final Ledger ledger;
    private final ExecutorService requests = Executors.newThreadPerTaskExecutor(
            Thread.ofVirtual().name("customer-", 0).factory());
    private final AtomicBoolean stopped = new AtomicBoolean();

    /** @param recipients numbers that no other load writes to, so that their phones show this load's messages alone */
    public Load(List<GatewayClient> gateways, List<LinkedSession> sessions, List<String> recipients, Ledger ledger) {
        this.gateways = List.copyOf(gateways);
        this.sessions = List.copyOf(sessions);
        this.recipients = List.copyOf(recipients);
        this.ledger = ledger;
    }

    /**
     * @param textsPerSecond from 1
     * @param checksPerSecond from 0
     */
    public void start(int textsPerSecond, int checksPerSecond, Random random) {
        CarefulCustomer customer = new CarefulCustomer(gateways);
        NumberChecks checks = new NumberChecks(gateways, recipients, ledger);
        repeat(textsPerSecond, () -> sendOne(customer, random));
        if (checksPerSecond > 0) {
            repeat(checksPerSecond, () -> {
                String session = sessions.get(random.nextInt(sessions.size())).id();
                requests.execute(() -> checks.check(session));
            });
        }
    }

    /** Begins nothing more, waits until all that was begun is known, and returns then: minutes at most. */
    public void finish() throws InterruptedException {
        stopped.set(true);
        requests.shutdown();
        if (!requests.awaitTermination(5, TimeUnit.MINUTES)) {
            throw new IllegalStateException("customers are still waiting after 5 minutes");
        }
    }

    private void sendOne(CarefulCustomer customer, Random random) {
        int index = random.nextInt(sessions.size());
        String to = recipients.get(index % recipients.size());
        boolean takesNoForAnAnswer = random.nextBoolean();
        requests.execute(() -> {
            try {
                String text = UUID.randomUUID().toString();
                ledger.add(customer.send(sessions.get(index).id(), to, text, takesNoForAnAnswer));
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            } catch (RuntimeException e) {
                ledger.addFinding("a customer's program failed: " + e);
            }
        });
    }

    private void repeat(int perSecond, Runnable begin) {
        Thread.ofPlatform().daemon().name("load").start(() -> {
            for (long next = System.nanoTime(); !stopped.get(); next += SECOND / perSecond) {
                LockSupport.parkNanos(next - System.nanoTime());
                try {
                    begin.run();
                } catch (RejectedExecutionException e) {
                    return;
                }
            }
        });
    }
}
