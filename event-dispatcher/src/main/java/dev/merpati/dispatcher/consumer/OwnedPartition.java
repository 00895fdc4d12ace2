package dev.merpati.dispatcher.consumer;

import dev.merpati.dispatcher.consumer.TenantLane.Waiting;
import dev.merpati.dispatcher.stream.Appended;
import dev.merpati.dispatcher.stream.IncomingEvent;
import dev.merpati.dispatcher.stream.StreamMetrics;
import dev.merpati.dispatcher.timing.StopSignal;
import java.time.Duration;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.ReadWriteLock;
import java.util.concurrent.locks.ReentrantReadWriteLock;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.slf4j.MDC;
import org.springframework.dao.DataAccessException;

/**
 * A partition that is assigned to this dispatcher. Each tenant has a lane of its own, drained by one virtual thread while there is
 * something in it: so a tenant's events stay in order, what comes while Redis answers is appended in one call, and a tenant whose
 * slot of Redis is away delays no other. Thread-safe.
 */
final class OwnedPartition {
    private static final Logger log = LoggerFactory.getLogger(OwnedPartition.class);
    private static final String TENANT_ID = "tenantId";
    /** Tries at a stream that is no stream, until its events become dead letters. */
    private static final int MOST_DAMAGED = 10;

    private final Appending appending;
    private final StopSignal stop = new StopSignal();
    private final ReadWriteLock telling = new ReentrantReadWriteLock();
    private final OffsetFrontier offsets = new OffsetFrontier();

    // Guarded by this.
    private final Map<String, TenantLane> lanes = new HashMap<>();
    private final Set<String> listed = new HashSet<>();
    private long bytes;
    private boolean paused;

    /** Guarded by {@link #telling}. */
    private boolean closed;

    OwnedPartition(Appending appending) {
        this.appending = appending;
    }

    /** Queues an event; its record has the next offset. */
    void offer(IncomingEvent event, ConsumerRecord<byte[], byte[]> record) {
        begin(record);
        Waiting waiting = new Waiting(event, record);
        synchronized (this) {
            bytes += waiting.bytes();
            appending.pendingBytes().add(waiting.bytes());
            TenantLane lane = lanes.get(event.tenantId());
            if (lane == null) {
                lane = new TenantLane();
                lanes.put(event.tenantId(), lane);
                start(event.tenantId(), lane);
            }
            lane.add(waiting);
        }
    }

    /** Moves a record that is no event out of the way; it has the next offset. */
    void refuse(ConsumerRecord<byte[], byte[]> record, String reason) {
        begin(record);
        appending.deadLetters().add(record, reason, () -> finish(record));
    }

    /** The lowest offset that the next record can have. */
    long nextOffset() {
        return offsets.next();
    }

    private void begin(ConsumerRecord<byte[], byte[]> record) {
        offsets.begin(record.offset(), record.timestamp());
    }

    private void finish(ConsumerRecord<byte[], byte[]> record) {
        offsets.finish(record.offset(), appending.nanoTime().getAsLong());
    }

    private void start(String tenantId, TenantLane lane) {
        Thread.ofVirtual().name("append-" + tenantId).start(() -> {
            try (MDC.MDCCloseable _ = MDC.putCloseable(TENANT_ID, tenantId)) {
                drain(tenantId, lane);
            }
        });
    }

    private void drain(String tenantId, TenantLane lane) {
        while (true) {
            List<Waiting> batch;
            synchronized (this) {
                batch = stop.isStopped() ? List.of() : lane.take();
                if (batch.isEmpty()) {
                    lanes.remove(tenantId);
                    notifyAll();
                    return;
                }
            }
            if (append(tenantId, batch)) {
                batch.forEach(waiting -> finish(waiting.record()));
            }
            synchronized (this) {
                batch.forEach(waiting -> release(waiting.bytes()));
            }
        }
    }

    /** Appends until that succeeds; false when stopped before. */
    private boolean append(String tenantId, List<Waiting> batch) {
        List<IncomingEvent> events = batch.stream().map(Waiting::event).toList();
        for (int failures = 1; ; failures++) {
            try {
                list(tenantId);
                tell(tenantId, appending.streams().append(appending.topicId(), events));
                return true;
            } catch (DataAccessException e) {
                if (StreamMetrics.isDamage(e) && failures >= MOST_DAMAGED) {
                    return bury(batch);
                }
                log.debug("Events are not appended yet: {}", e.toString());
            } catch (RuntimeException e) {
                log.error("Events cannot be appended and are tried again", e);
            }
            if (stop.await(appending.backoff().after(failures))) {
                return false;
            }
        }
    }

    /** Gives events up whose stream in Redis is damaged, so that they hold up nobody else. Returns false: they finish later. */
    private boolean bury(List<Waiting> batch) {
        batch.forEach(waiting -> appending
                .deadLetters()
                .add(waiting.record(), "its tenant's keys in Redis are damaged", () -> finish(waiting.record())));
        return false;
    }

    private void list(String tenantId) {
        synchronized (this) {
            if (listed.contains(tenantId)) {
                return;
            }
        }
        appending.streams().list(tenantId);
        synchronized (this) {
            listed.add(tenantId);
        }
    }

    private void tell(String tenantId, Appended appended) {
        if (appended.events().isEmpty()) {
            return;
        }
        telling.readLock().lock();
        try {
            if (!closed) {
                appending.listener().appended(tenantId, appended.events());
            }
        } finally {
            telling.readLock().unlock();
        }
    }

    /** Begins nothing more. Returns at once; {@link #awaitIdle} waits for what is under way. */
    void stop() {
        stop.stop();
    }

    /** Waits until nothing is under way, which an append that was begun can be for a while. */
    void awaitIdle(Duration timeout) {
        long deadline = System.nanoTime() + timeout.toNanos();
        synchronized (this) {
            try {
                for (long left = timeout.toNanos(); !lanes.isEmpty() && left > 0; left = deadline - System.nanoTime()) {
                    TimeUnit.NANOSECONDS.timedWait(this, left);
                }
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        }
    }

    /** Stops. From its return on the listener hears nothing more of the tenants. What is under way may still be appended. */
    void close() {
        stop();
        telling.writeLock().lock();
        try {
            closed = true;
        } finally {
            telling.writeLock().unlock();
        }
        synchronized (this) {
            release(bytes);
        }
    }

    private void release(long released) {
        long least = Math.min(released, bytes); // After the end everything was released already.
        bytes -= least;
        appending.pendingBytes().add(-least);
    }

    /**
     * Whether to read on: full at the limits, and room again at half of them. Where nothing waits there is always room, so that
     * partitions that wait for Redis use up what all share without holding up the others.
     */
    synchronized boolean wantsRecords() {
        int limit = appending.settings().maxPendingPerPartition();
        int pending = offsets.pending();
        paused = pending > 0
                && (paused
                        ? pending > limit / 2 || !appending.pendingBytes().hasRoom()
                        : pending >= limit || appending.pendingBytes().isFull());
        return !paused;
    }

    /** See {@link OffsetFrontier#settledBy}. */
    OptionalLong settledBy(long time) {
        return offsets.settledBy(time);
    }

    /** See {@link OffsetFrontier#restartAt}. */
    OptionalLong restartAt(long time) {
        return offsets.restartAt(time);
    }

    int pending() {
        return offsets.pending();
    }

    /** The timestamp of the oldest record that is not appended, ms since 1970; empty when there is none. */
    OptionalLong oldest() {
        return offsets.oldest();
    }
}
