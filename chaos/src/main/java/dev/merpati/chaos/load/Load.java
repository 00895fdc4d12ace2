package dev.merpati.chaos.load;

import dev.merpati.chaos.ledger.Ledger;
import dev.merpati.cluster.PairedSession;
import java.util.List;
import java.util.Random;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;

/**
 * A known load: so many messages per second from random sessions of all customers, and so many number checks, whether
 * those before were answered or not. Each message is unlike all others, one of ten is a file, and each session writes to
 * one recipient. Every second message takes a definite no for an answer, and every other one is repeated until it is
 * accepted, since both promises are to be tested.
 */
public final class Load {
    private static final int MESSAGES_PER_FILE = 10;

    private final List<Customer> customers;
    private final List<String> recipients;
    private final Ledger ledger;
    private final ExecutorService requests = Executors.newThreadPerTaskExecutor(
            Thread.ofVirtual().name("customer-", 0).factory());
    private final AtomicBoolean stopped = new AtomicBoolean();

    /**
     * A load that has not begun.
     *
     * @param recipients numbers that no other load writes to, so that their phones show this load's messages alone
     */
    public Load(List<Customer> customers, List<String> recipients, Ledger ledger) {
        this.customers = List.copyOf(customers);
        this.recipients = List.copyOf(recipients);
        this.ledger = ledger;
    }

    /**
     * Begins.
     *
     * @param messagesPerSecond from 1
     * @param checksPerSecond from 0
     */
    public void start(int messagesPerSecond, int checksPerSecond, Random random) {
        NumberChecks checks = new NumberChecks(recipients, ledger);
        Ticker.repeat(messagesPerSecond, stopped, () -> sendOne(random));
        if (checksPerSecond > 0) {
            Ticker.repeat(checksPerSecond, stopped, () -> {
                int tenant = random.nextInt(customers.size());
                Customer customer = customers.get(tenant);
                Customer stranger = customers.get((tenant + 1) % customers.size());
                List<PairedSession> sessions = customer.sessions();
                String session = sessions.get(random.nextInt(sessions.size())).id();
                requests.execute(() -> checks.check(customer, session));
                requests.execute(() -> checks.trespass(stranger, session));
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

    private void sendOne(Random random) {
        Customer customer = customers.get(random.nextInt(customers.size()));
        int index = random.nextInt(customer.sessions().size());
        PairedSession session = customer.sessions().get(index);
        String to = recipients.get(index % recipients.size());
        boolean takesNoForAnAnswer = random.nextBoolean();
        boolean isFile = random.nextInt(MESSAGES_PER_FILE) == 0;
        requests.execute(() -> {
            try {
                ledger.add(
                        isFile
                                ? customer.sendFile(session, to, takesNoForAnAnswer)
                                : customer.sendText(session, to, takesNoForAnAnswer));
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            } catch (RuntimeException e) {
                ledger.addFinding("a customer's program failed: " + e);
            }
        });
    }
}
