package dev.merpati.dispatcher.consumer;

import dev.merpati.clients.kafka.OffsetTracker;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.OptionalLong;

/**
 * Tracks up to where the records of one partition are finished, which they become in any order, and since when: an offset is
 * committed only some time after that. Thread-safe.
 */
final class OffsetFrontier {
    /** How exactly times are kept; so many fewer points there are to remember. */
    private static final long GRAIN = Duration.ofMillis(100).toNanos();

    private final OffsetTracker records = new OffsetTracker();
    private final Deque<Point> points = new ArrayDeque<>();
    private long first = -1;
    private long reached = -1;
    private long settled = -1;

    /** @param time not before which everything before the offset was finished */
    private record Point(long time, long offset) {}

    /** @param timestamp of the record, for {@link #oldest} */
    synchronized void begin(long offset, long timestamp) {
        records.begin(offset, timestamp);
        if (first < 0) {
            first = offset;
            reached = offset;
        }
    }

    /** The lowest offset that may begin now. */
    long next() {
        return records.next();
    }

    /** @param now of a clock that only goes forward, in ns */
    synchronized void finish(long offset, long now) {
        records.finish(offset);
        long frontier = records.committable().orElse(reached);
        if (frontier == reached) {
            return;
        }
        reached = frontier;
        long time = (Math.floorDiv(now, GRAIN) + 1) * GRAIN;
        Point last = points.peekLast();
        if (last != null && last.time() == time) {
            points.removeLast();
        }
        points.addLast(new Point(time, frontier));
    }

    /** Returns the offset before which everything was finished by a time; empty when nothing was. */
    synchronized OptionalLong settledBy(long time) {
        for (Point point = points.peekFirst(); point != null && point.time() - time <= 0; point = points.peekFirst()) {
            settled = point.offset();
            points.removeFirst();
        }
        return settled < 0 ? OptionalLong.empty() : OptionalLong.of(settled);
    }

    /** Returns from which offset on records have to be read again, when all is lost that was finished after a time; empty for none. */
    synchronized OptionalLong restartAt(long time) {
        OptionalLong offset = settledBy(time);
        return offset.isPresent() || first < 0 ? offset : OptionalLong.of(first);
    }

    int pending() {
        return records.inFlight();
    }

    /** The timestamp of the first record that is not finished; empty when there is none. */
    OptionalLong oldest() {
        return records.oldest();
    }
}
