package dev.merpati.cluster;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** Each session sends a text of its own again and again, with a pause after each answer, until this is closed. */
final class Traffic implements AutoCloseable {
    private static final Duration PAUSE = Duration.ofSeconds(1);
    private static final Set<String> REACHED = Set.of("sent", "delivered", "read");
    private static final Duration PATIENCE = Duration.ofMinutes(2);

    private final SharedCluster cluster;
    private final CountDownLatch ending = new CountDownLatch(1);
    private final List<Thread> senders = new ArrayList<>();
    private final Queue<Sent> all = new ConcurrentLinkedQueue<>();

    /** @param answer null when there was none */
    record Sent(
            String session,
            String customer,
            String text,
            @Nullable Answer answer,
            Duration took) {
        boolean isAcknowledged() {
            return answer != null && answer.status() == 200;
        }

        boolean isAccepted() {
            return answer != null && answer.status() == 202;
        }

        String messageId() {
            return answer == null ? "" : answer.text("messageId");
        }
    }

    Traffic(SharedCluster cluster) {
        this.cluster = cluster;
        for (int i = 0; i < cluster.sessions().size(); i++) {
            String session = cluster.sessions().get(i).id();
            String customer = cluster.customers().get(i % cluster.customers().size());
            GatewayClient gateway =
                    cluster.gateways().get(i % cluster.gateways().size()).client();
            senders.add(Thread.ofVirtual().start(() -> run(gateway, session, customer)));
        }
    }

    private void run(GatewayClient gateway, String session, String customer) {
        try {
            do {
                String text = UUID.randomUUID().toString();
                long begun = System.nanoTime();
                Answer answer = answer(gateway, session, customer, text);
                all.add(new Sent(session, customer, text, answer, Duration.ofNanos(System.nanoTime() - begun)));
            } while (!ending.await(PAUSE.toMillis(), TimeUnit.MILLISECONDS));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private static @Nullable Answer answer(GatewayClient gateway, String session, String customer, String text) {
        try {
            return gateway.send(session, customer, text);
        } catch (UnansweredException e) {
            return null;
        }
    }

    /** How many have been answered so far. */
    int count() {
        return all.size();
    }

    /** Returns when each session has had an answer since. */
    void awaitRound() {
        int before = count();
        Set<String> waiting = new HashSet<>();
        cluster.sessions().forEach(session -> waiting.add(session.id()));
        await("an answer to each session").atMost(PATIENCE).until(() -> {
            all.stream().skip(before).map(Sent::session).forEach(waiting::remove);
            return waiting.isEmpty();
        });
    }

    /** The longest that any of these sessions waited for an answer. */
    Duration slowest(Set<String> sessions) {
        return all.stream()
                .filter(sent -> sessions.contains(sent.session()))
                .map(Sent::took)
                .max(Duration::compareTo)
                .orElse(Duration.ZERO);
    }

    /** How many copies of each message have reached the phones, by its id. */
    Map<String, Integer> copies() {
        Map<String, Integer> copies = new HashMap<>();
        cluster.customers()
                .forEach(customer -> cluster.simulator()
                        .messages(customer)
                        .forEach(message -> copies.merge(
                                message.required("id").asString(),
                                message.required("copies").asInt(),
                                Integer::sum)));
        return copies;
    }

    /**
     * Ends the traffic and requires that every request was accepted, every message was sent, and none reached its phone
     * under two ids.
     */
    void closeAndVerify() {
        close();
        assertThat(all)
                .allSatisfy(sent -> assertThat(sent.isAcknowledged() || sent.isAccepted())
                        .as("%s", sent)
                        .isTrue());
        GatewayClient gateway = cluster.gateways().getFirst().client();
        all.stream()
                .filter(Sent::isAccepted)
                .forEach(sent -> await("message " + sent.messageId())
                        .atMost(PATIENCE)
                        .until(() -> gateway.message(sent.messageId()).text("status"), REACHED::contains));
        Map<String, Set<String>> idsOfTexts = new HashMap<>();
        cluster.customers()
                .forEach(customer -> cluster.simulator()
                        .messages(customer)
                        .forEach(message -> idsOfTexts
                                .computeIfAbsent(message.required("text").asString(), _ -> new HashSet<>())
                                .add(message.required("id").asString())));
        assertThat(all)
                .allSatisfy(sent -> assertThat(idsOfTexts)
                        .as("sent %s", sent)
                        .containsEntry(sent.text(), Set.of(sent.messageId())));
    }

    @Override
    public void close() {
        ending.countDown();
        senders.forEach(sender -> {
            try {
                sender.join();
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        });
    }
}
