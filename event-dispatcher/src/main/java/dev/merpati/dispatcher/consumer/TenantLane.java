package dev.merpati.dispatcher.consumer;

import dev.merpati.dispatcher.stream.IncomingEvent;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import org.apache.kafka.clients.consumer.ConsumerRecord;

/** The events of one tenant that wait to be appended, in order. Its partition guards it. */
final class TenantLane {
    /** Of one call of Redis, so that no script holds it up for long. */
    static final int MOST_EVENTS = 100;

    private static final long MOST_BYTES = 512 * 1_024;

    private final Deque<Waiting> waiting = new ArrayDeque<>();

    /** An event and the record that it came in. */
    record Waiting(IncomingEvent event, ConsumerRecord<byte[], byte[]> record) {
        long bytes() {
            return PendingBytes.sizeOf(record.serializedValueSize());
        }
    }

    void add(Waiting event) {
        waiting.addLast(event);
    }

    /** Takes what is appended next; empty when nothing waits. */
    List<Waiting> take() {
        List<Waiting> taken = new ArrayList<>();
        long bytes = 0;
        while (taken.size() < MOST_EVENTS) {
            Waiting next = waiting.peekFirst();
            if (next == null || (!taken.isEmpty() && bytes + next.bytes() > MOST_BYTES)) {
                break;
            }
            bytes += next.bytes();
            taken.add(waiting.removeFirst());
        }
        return taken;
    }
}
