package dev.merpati.cluster;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/**
 * A phone writes to each session again and again, and an endpoint gets that by a webhook, until this is closed. Closing deletes the
 * webhook.
 */
final class PhoneTraffic implements AutoCloseable {
    private static final Duration PAUSE = Duration.ofMillis(250);
    private static final Duration PATIENCE = Duration.ofMinutes(2);

    private final SharedCluster cluster;
    private final CountDownLatch ending = new CountDownLatch(1);
    private final List<Thread> phones = new ArrayList<>();
    private final Map<String, Queue<String>> written = new ConcurrentHashMap<>();
    private final Inbox inbox = new Inbox();
    private final WebhookEndpoint endpoint = WebhookEndpoint.open(inbox);
    private final String webhook;

    /** The texts of each session by the ids of their events, in the order in which each id came first. */
    private static final class Inbox implements WebhookEndpoint.Listener {
        private final Map<String, Map<String, String>> texts = new ConcurrentHashMap<>();
        private final Queue<String> refused = new ConcurrentLinkedQueue<>();

        @Override
        public void kept(WebhookDelivery delivery) {
            texts.computeIfAbsent(delivery.sessionId(), _ -> Collections.synchronizedMap(new LinkedHashMap<>()))
                    .putIfAbsent(delivery.id(), delivery.data().required("text").asString());
        }

        @Override
        public void refused(String problem) {
            refused.add(problem);
        }

        List<String> of(String session) {
            Map<String, String> ofSession = texts.getOrDefault(session, Map.of());
            synchronized (ofSession) {
                return List.copyOf(ofSession.values());
            }
        }
    }

    PhoneTraffic(SharedCluster cluster) {
        this.cluster = cluster;
        this.webhook = cluster.gateways().getFirst().client().createWebhook(endpoint, "message.received");
        for (PairedSession session : cluster.sessions()) {
            written.put(session.id(), new ConcurrentLinkedQueue<>());
            String phone = cluster.newPhone();
            phones.add(Thread.ofVirtual().start(() -> run(session, phone)));
        }
    }

    private void run(PairedSession session, String phone) {
        try {
            do {
                String text = UUID.randomUUID().toString();
                cluster.simulator().write(phone, Map.of("to", session.phone(), "text", text));
                written(session).add(text);
            } while (!ending.await(PAUSE.toMillis(), TimeUnit.MILLISECONDS));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private Queue<String> written(PairedSession session) {
        return written.getOrDefault(session.id(), new ConcurrentLinkedQueue<>());
    }

    /** Returns when the endpoint has got something of each session that was written after this call. */
    void awaitRound() {
        Map<String, Integer> before = new ConcurrentHashMap<>();
        cluster.sessions()
                .forEach(session -> before.put(session.id(), written(session).size()));
        await("an event of each session")
                .atMost(PATIENCE)
                .until(() -> before.entrySet().stream()
                        .allMatch(entry -> inbox.of(entry.getKey()).size() > entry.getValue() + 1));
    }

    /** Ends the traffic and requires that the endpoint gets everything under one id each, and in the order of its session. */
    void closeAndVerify() {
        stop();
        await("everything at the endpoint")
                .atMost(PATIENCE)
                .untilAsserted(() -> assertThat(cluster.sessions())
                        .allSatisfy(session ->
                                assertThat(inbox.of(session.id())).containsExactlyElementsOf(written(session))));
        assertThat(inbox.refused).isEmpty();
        close();
    }

    private void stop() {
        ending.countDown();
        phones.forEach(phone -> {
            try {
                phone.join();
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        });
    }

    @Override
    public void close() {
        stop();
        cluster.gateways().getFirst().client().delete("/api/webhooks/" + webhook);
        endpoint.close();
    }
}
