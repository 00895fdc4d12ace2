package dev.merpati.standalone;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.merpati.cluster.Answer;
import dev.merpati.cluster.GatewayClient;
import dev.merpati.cluster.SimulatorClient;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.UUID;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.Collectors;
import tools.jackson.databind.JsonNode;

/**
 * A program that sends one text after the other from each session, and comes again with the same idempotency key when it
 * is told to, for as long as it takes.
 */
final class SteadyLoad {
    private static final Duration PAUSE = Duration.ofMillis(50);
    private static final Duration LONGEST_ANSWER = Duration.ofSeconds(35);
    private static final Duration PATIENCE = Duration.ofMinutes(1);

    /** A text that was accepted, under this id. */
    private record Accepted(String text, String messageId) {}

    private final GatewayClient api;
    private final String to;
    private final AtomicBoolean stopping = new AtomicBoolean();
    private final Queue<Accepted> accepted = new ConcurrentLinkedQueue<>();
    private final Queue<String> wrong = new ConcurrentLinkedQueue<>();
    private final List<Thread> senders = new ArrayList<>();

    private SteadyLoad(GatewayClient api, String to) {
        this.api = api;
        this.to = to;
    }

    static SteadyLoad start(GatewayClient api, List<String> sessions, String to) {
        SteadyLoad load = new SteadyLoad(api, to);
        sessions.forEach(session -> load.senders.add(Thread.ofVirtual().start(() -> load.sendFrom(session))));
        return load;
    }

    /** How many texts were accepted until now. */
    int accepted() {
        return accepted.size();
    }

    /** Waits until that many more were accepted. */
    void awaitMore(int more) {
        int enough = accepted() + more;
        await().atMost(PATIENCE).until(() -> accepted() >= enough);
    }

    /** Ends the load and requires that each text is on the phone under the one id that it was accepted with. */
    void stopAndVerify(SimulatorClient simulator) throws InterruptedException {
        stopping.set(true);
        for (Thread sender : senders) {
            assertThat(sender.join(PATIENCE)).as("a request hangs").isTrue();
        }
        assertThat(wrong).isEmpty();
        Map<String, List<String>> idsByText =
                accepted.stream().collect(Collectors.toMap(Accepted::text, text -> List.of(text.messageId())));
        await().atMost(PATIENCE)
                .untilAsserted(
                        () -> assertThat(idsByText(simulator.messages(to))).containsAllEntriesOf(idsByText));
        assertThat(idsByText(simulator.messages(to))).isEqualTo(idsByText);
    }

    private static Map<String, List<String>> idsByText(List<JsonNode> messages) {
        return messages.stream()
                .collect(Collectors.groupingBy(
                        message -> message.required("text").asString(),
                        Collectors.mapping(message -> message.required("id").asString(), Collectors.toList())));
    }

    private void sendFrom(String session) {
        while (!stopping.get()) {
            String text = UUID.randomUUID().toString();
            while (!isAccepted(session, text)) {
                LockSupport.parkNanos(PAUSE.toNanos());
            }
            LockSupport.parkNanos(PAUSE.toNanos());
        }
    }

    private boolean isAccepted(String session, String text) {
        long begin = System.nanoTime();
        Answer answer = api.post(
                "/api/sessions/" + session + "/send", Map.of("to", to, "message", text), "Idempotency-Key", text);
        if (System.nanoTime() - begin > LONGEST_ANSWER.toNanos()) {
            wrong.add("after " + TimeUnit.NANOSECONDS.toSeconds(System.nanoTime() - begin) + " s: " + answer);
        }
        return switch (answer.status()) {
            case 200, 202 -> {
                accepted.add(new Accepted(text, answer.text("messageId")));
                yield true;
            }
            case 503 -> false;
            default -> {
                wrong.add(answer.toString());
                yield true;
            }
        };
    }
}
