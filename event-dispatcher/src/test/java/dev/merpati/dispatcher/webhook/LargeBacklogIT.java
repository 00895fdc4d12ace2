package dev.merpati.dispatcher.webhook;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.merpati.dispatcher.EventFixture;
import dev.merpati.dispatcher.TestDispatcher;
import dev.merpati.dispatcher.stream.IncomingEvent;
import dev.merpati.dispatcher.stream.TenantStreams;
import dev.merpati.model.event.StoredEvent;
import dev.merpati.model.webhook.Webhook;
import dev.merpati.model.webhook.WebhookStatus;
import dev.merpati.model.webhook.WebhookStatus.State;
import java.lang.management.ManagementFactory;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.LongStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** A tenant whose endpoints are dead and that has so many events that keeping them in memory would show. */
@Tag("heavy")
class LargeBacklogIT extends EventFixture {
    private static final int EVENTS = 200_000;
    private static final int AT_ONCE = 100;
    private static final int SESSIONS = 8;
    /** Three windows of 1 MB, and what else the dispatcher learns meanwhile. All events would take 150 MB and more for each webhook. */
    private static final long MOST_GROWTH = 24L << 20;

    private static final Duration LONG = Duration.ofMinutes(2);

    private final TestWebhooks webhooks = new TestWebhooks(redis, topic);
    private final TestEndpoint hanging = new TestEndpoint();
    private final TestEndpoint failing = new TestEndpoint();
    private final TestEndpoint absent = new TestEndpoint();
    private final TestEndpoint good = new TestEndpoint();
    private final String tenant = tenantIn(1);
    private final String neighbour = tenantIn(1);

    @AfterEach
    void close() {
        hanging.close();
        failing.close();
        good.close();
    }

    @Test
    void fillsNoMemoryAndDelaysNoOtherTenant() {
        makeTopics();
        absent.close();
        hanging.onlyCount();
        hanging.behave(request -> TestEndpoint.Reply.hanging());
        failing.onlyCount();
        failing.behave(request -> TestEndpoint.Reply.of(500));
        TestDispatcher dispatcher = start(
                "d1",
                "merpati.webhooks.allow-http=true",
                "merpati.webhooks.allow-private-addresses=true",
                "merpati.webhooks.timeout=5s",
                "merpati.webhooks.first-retry=200ms",
                "merpati.webhooks.longest-probe-pause=500ms");
        webhooks.add(neighbour, good.url());
        publish(neighbour, numbered(0, 100));
        good.awaitCount(100);
        Instant first = append(dispatcher.context().getBean(TenantStreams.class));
        long before = usedMemory();

        List<Webhook> dead = Stream.of(hanging, failing, absent)
                .map(endpoint -> webhooks.add(tenant, endpoint.url()))
                .toList();
        hanging.awaitCount(SESSIONS);
        publish(neighbour, numbered(100, 200));
        good.awaitCount(200);
        AtomicLong peak = new AtomicLong();
        await().atMost(LONG).untilAsserted(() -> {
            peak.accumulateAndGet(usedMemory(), Math::max);
            assertThat(dead).allSatisfy(webhook -> {
                WebhookStatus status = webhooks.status(tenant, webhook);
                assertThat(status.state()).isEqualTo(State.FAILING);
                assertThat(status.backlog()).isEqualTo(EVENTS);
                assertThat(status.oldest()).isEqualTo(first);
                assertThat(status.lastError()).isNotEmpty();
            });
        });
        publish(tenant, numbered(0, 300));
        publish(neighbour, numbered(200, 300));
        good.awaitCount(300);

        assertThat(Math.max(peak.get(), usedMemory()) - before).isLessThan(MOST_GROWTH);
        assertThat(good.ids())
                .containsExactlyElementsOf(stream(neighbour).stream()
                        .map(event -> event.id().toString())
                        .toList());
        assertThat(dispatcher.metric("merpati.dispatcher.webhooks", "state", "failing"))
                .isEqualTo(3);
        assertThat(dispatcher.metric("merpati.dispatcher.webhooks", "state", "active"))
                .isEqualTo(1);
        assertThat(dispatcher.metric("merpati.dispatcher.webhook.backlog")).isGreaterThanOrEqualTo(3.0 * EVENTS);
        assertThat(dispatcher.metric("merpati.dispatcher.webhook.backlog.longest"))
                .isGreaterThanOrEqualTo(EVENTS);
        assertThat(dispatcher.metric("merpati.dispatcher.webhook.oldest")).isPositive();
        assertThat(dispatcher.metric("merpati.dispatcher.webhook.memory")).isLessThanOrEqualTo(3 << 20);
    }

    /** Appends small events of a few sessions by the product's own script; returns the time of the first. */
    private Instant append(TenantStreams streams) {
        UUID[] sessions = Stream.generate(UUID::randomUUID).limit(SESSIONS).toArray(UUID[]::new);
        List<StoredEvent> first = new ArrayList<>();
        for (long begin = 0; begin < EVENTS; begin += AT_ONCE) {
            List<StoredEvent> appended = streams.append(
                            "filled",
                            begin - 1,
                            LongStream.range(begin, begin + AT_ONCE)
                                    .mapToObj(offset -> event(offset, sessions[(int) (offset % SESSIONS)]))
                                    .toList())
                    .events();
            if (begin == 0) {
                first.add(appended.getFirst());
            }
        }
        return Instant.ofEpochMilli(first.getFirst().id().millis());
    }

    private IncomingEvent event(long offset, UUID session) {
        return new IncomingEvent(
                offset,
                Instant.now(),
                IncomingEvent.hash("filled " + offset),
                tenant,
                session,
                "message.received",
                Instant.EPOCH,
                "{\"messageId\":\"3EB0" + offset + "\",\"text\":\"" + "0123456789".repeat(30) + "\"}");
    }

    /** What is left in the heap after collections, the last of which find what the first had to leave. */
    private static long usedMemory() {
        return LongStream.range(0, 3)
                .map(_ -> {
                    System.gc();
                    return ManagementFactory.getMemoryMXBean()
                            .getHeapMemoryUsage()
                            .getUsed();
                })
                .min()
                .orElseThrow();
    }
}
