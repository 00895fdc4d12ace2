package dev.merpati.worker.cobalt.send;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.merpati.worker.cobalt.address.Address;
import dev.merpati.worker.whatsapp.InMemoryRecords;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class RecentMessagesTest {
    private static final Address TO = Address.ofLid("83671001");

    private final InMemoryRecords records = new InMemoryRecords();
    private final ScheduledThreadPoolExecutor timer = new ScheduledThreadPoolExecutor(1);
    private Instant now = Instant.parse("2026-11-27T12:00:00Z");

    @AfterEach
    void stop() {
        timer.shutdownNow();
    }

    @Test
    void aMessageIsFoundByAnotherWorker() {
        RecentMessages recent = recent();
        MessageContent content = new MessageContent(new byte[] {1, 2, 3}, "media", "image");

        records.save(recent.add("A", new RecentMessages.Sent(TO, content)));

        RecentMessages.Sent found = recent().find("A").orElseThrow();
        assertThat(found.to()).isEqualTo(TO);
        assertThat(found.content().encoded()).containsExactly(1, 2, 3);
        assertThat(found.content().stanzaType()).isEqualTo("media");
        assertThat(found.content().mediaType()).isEqualTo("image");
    }

    @Test
    void theOldestGoFirstByNumber() {
        RecentMessages recent = recent();
        for (int i = 0; i <= RecentMessages.MAX_MESSAGES; i++) {
            records.save(recent.add("id" + i, new RecentMessages.Sent(TO, MessageContent.text("x"))));
            if (i % 100 == 0) {
                awaitStored("id" + i);
            }
        }
        awaitStored("id" + RecentMessages.MAX_MESSAGES);

        assertThat(recent().find("id0")).isEmpty();
        assertThat(recent().find("id1")).isPresent();
    }

    @Test
    void theOldestGoFirstByBytes() {
        RecentMessages recent = recent();
        MessageContent large = MessageContent.text("x".repeat(RecentMessages.MAX_BYTES / 2));
        records.save(recent.add("A", new RecentMessages.Sent(TO, large)));
        awaitStored("A");
        records.save(recent.add("B", new RecentMessages.Sent(TO, large)));
        awaitStored("B");

        assertThat(recent().find("A")).isEmpty();
        assertThat(recent().find("B")).isPresent();
    }

    @Test
    void anOldMessageIsNotFound() {
        RecentMessages recent = recent();
        records.save(recent.add("A", new RecentMessages.Sent(TO, MessageContent.text("x"))));
        awaitStored("A");

        now = now.plus(RecentMessages.MAX_AGE).plus(Duration.ofSeconds(1));

        assertThat(recent().find("A")).isEmpty();
    }

    private RecentMessages recent() {
        return new RecentMessages(records, timer, () -> now);
    }

    /** Nothing is written down of it later: the worker is gone. */
    @Test
    void whatAKilledWorkerSentIsFoundAndGoesInItsTurn() {
        RecentMessages killed = new RecentMessages(records, new Killed(), () -> now);
        records.save(killed.add("A", new RecentMessages.Sent(TO, MessageContent.text("x"))));
        records.save(killed.add("B", new RecentMessages.Sent(TO, MessageContent.text("x"))));

        RecentMessages next = recent();
        assertThat(next.find("A")).isPresent();
        assertThat(next.find("B")).isPresent();
        now = now.plus(RecentMessages.MAX_AGE).plus(Duration.ofSeconds(1));
        records.save(next.add("C", new RecentMessages.Sent(TO, MessageContent.text("x"))));

        await().atMost(Duration.ofMinutes(1))
                .until(() -> records.load(List.of("sent:A", "sent:B")).isEmpty());
        assertThat(recent().find("C")).isPresent();
    }

    @Test
    void manyAreListedWithoutWaiting() {
        RecentMessages recent = new RecentMessages(records, new Killed(), () -> now);
        for (int i = 1; i < RecentMessages.LISTED_AT_ONCE; i++) {
            records.save(recent.add("id" + i, new RecentMessages.Sent(TO, MessageContent.text("x"))));
        }
        assertThat(records.load(List.of("sent-index"))).isEmpty();

        records.save(recent.add("last", new RecentMessages.Sent(TO, MessageContent.text("x"))));

        awaitStored("last");
    }

    private void awaitStored(String id) {
        await().atMost(Duration.ofMinutes(1))
                .until(() -> new String(
                                records.load(List.of("sent-index")).getOrDefault("sent-index", new byte[0]),
                                StandardCharsets.ISO_8859_1)
                        .contains(id));
    }

    /** What was to be done later is never done. */
    private static final class Killed extends ScheduledThreadPoolExecutor {
        Killed() {
            super(1, Thread.ofPlatform().daemon().factory());
        }

        @Override
        public ScheduledFuture<?> schedule(Runnable command, long delay, TimeUnit unit) {
            return super.schedule(command, Long.MAX_VALUE / 2, TimeUnit.NANOSECONDS);
        }
    }
}
