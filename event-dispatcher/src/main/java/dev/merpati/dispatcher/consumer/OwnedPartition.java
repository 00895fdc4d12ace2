package dev.merpati.dispatcher.consumer;

import dev.merpati.clients.kafka.PartitionState;
import dev.merpati.clients.timing.StopSignal;
import dev.merpati.dispatcher.consumer.TenantLane.Waiting;
import dev.merpati.dispatcher.stream.Appended;
import dev.merpati.dispatcher.stream.EventsLostException;
import dev.merpati.dispatcher.stream.IncomingEvent;
import dev.merpati.dispatcher.stream.StreamMetrics;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.ReadWriteLock;
import java.util.concurrent.locks.ReentrantReadWriteLock;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.slf4j.MDC;
import org.springframework.dao.DataAccessException;

/**
 * A partition that is assigned to this dispatcher. Each tenant has a lane of its own, drained by one virtual thread while there is
 * something in it: so a tenant's events stay in order, what comes while Redis answers is appended in one call, and a tenant whose
 * slot of Redis is away delays no other. Thread-safe.
 */
final class OwnedPartition implements PartitionState {
    private static final Logger log = LoggerFactory.getLogger(OwnedPartition.class);
    private static final String TENANT_ID = "tenantId";
    /** Tries in a row at what cannot succeed, until it becomes a dead letter. */
    private static final int MOST_HOPELESS = 10;

    private final Appending appending;
    private final StopSignal stop = new StopSignal();
    private final ReadWriteLock telling = new ReentrantReadWriteLock();
    private final OffsetFrontier offsets = new OffsetFrontier();

    // Guarded by this.
    private final Map<String, TenantLane> lanes = new HashMap<>();
    /** The offset of the last event that was appended here, by tenant; -1 for tenants that are listed and have none yet. */
    private final Map<String, Long> appended = new HashMap<>();

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
            append(tenantId, batch);
            synchronized (this) {
                batch.forEach(waiting -> release(waiting.bytes()));
            }
        }
    }

    /** Appends until that succeeds, events are given up, or it is stopped, and finishes what then needs no other owner. */
    private void append(String tenantId, List<Waiting> batch) {
        int hopeless = 0;
        for (int failures = 1; ; failures++) {
            RuntimeException failure = tryToAppend(tenantId, batch);
            if (failure == null) {
                batch.forEach(waiting -> finish(waiting.record()));
                return;
            }
            hopeless = isHopeless(failure) ? hopeless + 1 : 0;
            if (hopeless >= MOST_HOPELESS && !stop.isStopped()) {
                appendOneByOne(tenantId, batch);
                return;
            }
            if (stop.await(appending.backoff().after(failures))) {
                return;
            }
        }
    }

    /** Gives up those events alone that cannot be appended, so that they hold up nothing else. */
    private void appendOneByOne(String tenantId, List<Waiting> batch) {
        for (int i = 0; i < batch.size(); i++) {
            Waiting waiting = batch.get(i);
            RuntimeException failure = tryToAppend(tenantId, List.of(waiting));
            if (failure == null) {
                finish(waiting.record());
            } else if (isHopeless(failure)) {
                String reason = failure instanceof DataAccessException
                        ? "its tenant's keys in Redis are damaged"
                        : "a defect of the dispatcher: " + failure.getClass().getSimpleName();
                appending.deadLetters().add(waiting.record(), reason, () -> finish(waiting.record()));
            } else {
                // None may pass it: what comes after an offset that was left out is not appended later.
                append(tenantId, batch.subList(i, batch.size()));
                return;
            }
        }
    }

    /** Returns why it failed; null when it did not. */
    private @Nullable RuntimeException tryToAppend(String tenantId, List<Waiting> batch) {
        try {
            long after = list(tenantId);
            List<IncomingEvent> events = batch.stream().map(Waiting::event).toList();
            Appended result = appending.streams().append(appending.topicId(), after, events);
            if (!result.removed()) {
                synchronized (this) {
                    appended.put(tenantId, events.getLast().offset());
                }
            }
            tell(tenantId, result);
            return null;
        } catch (EventsLostException e) {
            // Whoever polls reads them again, and replaces this object.
            log.warn("{}", e.getMessage());
            appending.continuity().broke();
            return e;
        } catch (RuntimeException e) {
            log.debug("Events are not appended yet", e);
            return e;
        }
    }

    /** Whether the same call will fail for as long as nobody repairs something, and so hold up its partition's commit. */
    private static boolean isHopeless(RuntimeException failure) {
        return failure instanceof DataAccessException ofRedis
                ? StreamMetrics.isDamage(ofRedis)
                : !(failure instanceof EventsLostException);
    }

    /** Lists a tenant before its first event; returns the offset of its last one. */
    private long list(String tenantId) {
        synchronized (this) {
            Long last = appended.get(tenantId);
            if (last != null) {
                return last;
            }
        }
        appending.streams().list(tenantId);
        synchronized (this) {
            appended.put(tenantId, -1L);
        }
        return -1;
    }

    private void tell(String tenantId, Appended result) {
        if (result.events().isEmpty()) {
            return;
        }
        telling.readLock().lock();
        try {
            if (!closed) {
                appending.listener().appended(tenantId, result.events());
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
    @Override
    public synchronized boolean wantsRecords() {
        int limit = appending.settings().maxPendingPerPartition();
        int pending = offsets.pending();
        paused = pending > 0
                && (paused
                        ? pending > limit / 2 || !appending.pendingBytes().hasRoom()
                        : pending >= limit || appending.pendingBytes().isFull());
        return !paused;
    }

    /** What has been appended long enough ago. */
    @Override
    public OptionalLong committable() {
        return offsets.settledBy(appending.nanoTime().getAsLong()
                - appending.settings().commitDelay().toNanos());
    }

    /** See {@link OffsetFrontier#restartAt}. */
    OptionalLong restartAt(long time) {
        return offsets.restartAt(time);
    }

    int pending() {
        return offsets.pending();
    }

    /** The timestamp of the oldest record that is not appended, ms since 1970; empty when there is none. */
    @Override
    public OptionalLong oldest() {
        return offsets.oldest();
    }
}
