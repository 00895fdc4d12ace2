package it.auties.whatsapp.socket;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import it.auties.whatsapp.model.node.Node;
import java.lang.ref.WeakReference;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ForkJoinPool;
import org.jspecify.annotations.NullMarked;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@NullMarked
class RequestsTest {
    private final Engine engine = new Engine();

    @BeforeEach
    void open() {
        engine.open();
    }

    @Test
    void anAnswerThatIsThereBeforeTheSendReturnsIsFoundAndTheRequestIsNotKept() {
        engine.onSend = () -> engine.store.resolvePendingRequest(node("iq", "1"));

        var answer = engine.handler.sendNode(node("iq", "1"));

        assertThat(answer).isCompletedWithValueMatching(node -> "1".equals(node.id()));
        assertThat(engine.store.pendingRequests()).isEmpty();
    }

    @Test
    void whatIsAnsweredIsNotKept() {
        var _ = engine.handler.sendNode(node("iq", "1"));
        assertThat(engine.store.pendingRequests()).hasSize(1);

        engine.store.resolvePendingRequest(node("iq", "1"));

        assertThat(engine.store.pendingRequests()).isEmpty();
    }

    @Test
    void whatIsGivenUpIsNotKept() {
        var answer = engine.handler.sendNode(node("iq", "1"));

        answer.cancel(false);

        assertThat(engine.store.pendingRequests()).isEmpty();
    }

    @Test
    void whatNeedsNoAnswerIsNotKept() {
        assertThat(engine.handler.sendNodeWithNoResponse(node("ack", "1"))).isCompleted();

        assertThat(engine.store.pendingRequests()).isEmpty();
    }

    /** Its timer would hold it for another minute. */
    @Test
    void theNodeOfAnAnsweredRequestCanBeCollected() {
        var node = sendAndAnswer();

        await().atMost(Duration.ofMinutes(1)).until(() -> {
            System.gc();
            return node.refersTo(null);
        });
    }

    private WeakReference<Node> sendAndAnswer() {
        var node = node("iq", "1");
        var _ = engine.handler.sendNode(node);
        engine.store.resolvePendingRequest(node("iq", "1"));
        return new WeakReference<>(node);
    }

    /** The threads of the common pool are the ones that wait for the lock. */
    @Test
    @Timeout(20)
    void theWriteLockIsReleasedWithoutTheCommonPool() throws InterruptedException {
        var release = new CountDownLatch(1);
        for (int i = 0; i < ForkJoinPool.getCommonPoolParallelism(); i++) {
            ForkJoinPool.commonPool().execute(() -> {
                try {
                    release.await();
                } catch (InterruptedException e) {
                    Thread.currentThread().interrupt();
                }
            });
        }
        try {
            var sending = Thread.ofVirtual().start(() -> {
                var _ = engine.handler.sendNodeWithNoResponse(node("ack", "1"));
                var _ = engine.handler.sendNodeWithNoResponse(node("ack", "2"));
            });
            assertThat(sending.join(Duration.ofSeconds(10))).isTrue();
        } finally {
            release.countDown();
        }
    }

    private static Node node(String description, String id) {
        return Node.of(description, Map.of("id", id));
    }
}
