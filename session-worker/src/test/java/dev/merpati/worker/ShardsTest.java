package dev.merpati.worker;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.merpati.clients.timing.Backoff;
import dev.merpati.model.redis.RedisKeys;
import dev.merpati.model.shard.ShardMap;
import dev.merpati.worker.fencing.FencedRedis;
import dev.merpati.worker.fencing.OwnershipProof;
import dev.merpati.worker.fencing.ShardOwnership;
import dev.merpati.worker.session.SessionFixture;
import dev.merpati.worker.shard.Shard;
import dev.merpati.worker.shard.Shards;
import dev.merpati.worker.store.SessionStore;
import dev.merpati.worker.whatsapp.FakeConnection;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.lang.reflect.Proxy;
import java.time.Duration;
import java.util.Iterator;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

/** The beginning and the end of an ownership. */
class ShardsTest {
    private static final Duration PATIENCE = Duration.ofSeconds(30);

    private final SessionFixture fixture = new SessionFixture();
    private final CountDownLatch listed = new CountDownLatch(1);
    private final CountDownLatch closing = new CountDownLatch(1);
    private final CountDownLatch mayClose = new CountDownLatch(1);
    private volatile boolean listing = true;

    @Test
    void aRevocationWhileSessionsAreStillBeingStartedHandsOverThoseThatHaveBeen() {
        UUID late = UUID.randomUUID();
        fixture.store.credentials.put(fixture.id, FakeConnection.credentials("stored"));
        Shards shards = shards(new SlowSet(Set.of(fixture.id), late));
        Shard shard = shards.take(0);
        await().atMost(PATIENCE).until(() -> {
            fixture.timers.advance(Duration.ofSeconds(1));
            return !fixture.whatsApp.connections(fixture.id).isEmpty();
        });
        FakeConnection connection = fixture.whatsApp.latest(fixture.id);
        connection.whenClosing(() -> {
            closing.countDown();
            pass(mayClose);
        });

        CompletableFuture<Void> handOver =
                CompletableFuture.runAsync(() -> shards.handOver(List.of(shard), PATIENCE), Thread::startVirtualThread);
        pass(closing);
        listed.countDown();
        await().atMost(PATIENCE).until(() -> !listing);
        mayClose.countDown();
        handOver.join();

        assertThat(fixture.whatsApp.latest(fixture.id).isAborted())
                .as("cut off")
                .isFalse();
        assertThat(fixture.whatsApp.connections(late)).isEmpty();
    }

    private Shards shards(Set<UUID> ids) {
        RedisKeys keys = new RedisKeys(new ShardMap(4));
        SimpleMeterRegistry meters = new SimpleMeterRegistry();
        FencedRedis fenced =
                new FencedRedis(new RecordingRedis(), keys, new OwnershipProof(), fixture.timers::nanoTime, meters);
        ShardOwnership ownership = new ShardOwnership(fenced, keys, "w1", PATIENCE, fixture.timers::nanoTime, meters);
        SessionStore sessions = (SessionStore) Proxy.newProxyInstance(
                SessionStore.class.getClassLoader(), new Class<?>[] {SessionStore.class}, (_, _, _) -> ids);
        return new Shards(
                ownership,
                sessions,
                fixture.factory,
                new Backoff(Duration.ofMillis(1), Duration.ofMillis(1), new Random(1)),
                meters);
    }

    private static void pass(CountDownLatch latch) {
        try {
            assertThat(latch.await(PATIENCE.toSeconds(), TimeUnit.SECONDS)).isTrue();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /** A set whose last element comes when the test says so. */
    private final class SlowSet extends LinkedHashSet<UUID> {
        private final UUID last;

        SlowSet(Set<UUID> first, UUID last) {
            super(first);
            this.last = last;
        }

        @Override
        public Iterator<UUID> iterator() {
            Iterator<UUID> first = super.iterator();
            return new Iterator<>() {
                private boolean lastGiven;

                @Override
                public boolean hasNext() {
                    if (lastGiven) {
                        listing = false;
                    }
                    return !lastGiven;
                }

                @Override
                public UUID next() {
                    if (first.hasNext()) {
                        return first.next();
                    }
                    pass(listed);
                    lastGiven = true;
                    return last;
                }
            };
        }
    }
}
