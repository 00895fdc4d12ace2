package dev.merpati.worker.cobalt.stream;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import it.auties.whatsapp.model.node.Attributes;
import it.auties.whatsapp.model.node.Node;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class OfflineBacklogTest {
    private static final Node LIVE = Node.of("message");
    private static final Node OFFLINE = Node.of("message", Attributes.of().put("offline", "0"));

    private final ScheduledThreadPoolExecutor timer = new ScheduledThreadPoolExecutor(1);
    private final List<Node> sent = new CopyOnWriteArrayList<>();
    private volatile boolean room = true;
    private final OfflineBacklog backlog = new OfflineBacklog(sent::add, timer, () -> room);

    @AfterEach
    void stop() {
        timer.shutdownNow();
    }

    @Test
    void asksForABatchWhenABacklogIsAnnounced() {
        backlog.announced(preview("7"));

        assertThat(sent).singleElement().satisfies(stanza -> {
            assertThat(stanza.description()).isEqualTo("ib");
            assertThat(stanza.findChild("offline_batch")
                            .orElseThrow()
                            .attributes()
                            .getString("count"))
                    .isEqualTo("200");
        });
    }

    @Test
    void asksForNothingWhenNothingWaits() {
        backlog.announced(preview("0"));
        backlog.stanza(OFFLINE);

        assertThat(sent).isEmpty();
    }

    @Test
    void asksAgainOnceForEachBatchThatBegins() {
        backlog.announced(preview("500"));
        backlog.stanza(LIVE);
        backlog.stanza(OFFLINE);
        backlog.stanza(OFFLINE);
        await().atMost(Duration.ofMinutes(1)).until(() -> sent.size() == 2);

        backlog.stanza(OFFLINE);

        await().atMost(Duration.ofMinutes(1)).until(() -> sent.size() == 3);
    }

    @Test
    void asksAgainWhenThereIsRoom() {
        backlog.announced(preview("500"));
        room = false;
        backlog.stanza(OFFLINE);
        await().during(Duration.ofMillis(400)).atMost(Duration.ofMinutes(1)).until(() -> sent.size() == 1);

        room = true;

        await().atMost(Duration.ofMinutes(1)).until(() -> sent.size() == 2);
    }

    @Test
    void asksNoMoreWhenAllHasCome() {
        backlog.announced(preview("3"));
        backlog.complete();
        backlog.stanza(OFFLINE);

        assertThat(sent).hasSize(1);
        assertThat(timer.getQueue()).isEmpty();
    }

    @Test
    void asksNoMoreWhenTheConnectionIsOver() {
        backlog.announced(preview("500"));
        backlog.close();
        backlog.stanza(OFFLINE);

        assertThat(sent).hasSize(1);
        assertThat(timer.getQueue()).isEmpty();
    }

    private static Node preview(String count) {
        return Node.of("offline_preview", Attributes.of().put("count", count));
    }
}
