package dev.merpati.worker.shard;

import java.util.Collection;
import java.util.HashSet;
import java.util.Set;
import java.util.SortedSet;
import java.util.StringJoiner;
import java.util.TreeSet;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Logs in one line which shards have opened, once no other is about to: a worker may take a hundred at once. Thread-safe. */
final class OpeningLog {
    private static final Logger log = LoggerFactory.getLogger(OpeningLog.class);

    private final Set<Integer> awaited = new HashSet<>();
    private final SortedSet<Integer> opened = new TreeSet<>();
    private int sessions;

    /** A shard begins to open. */
    synchronized void begun(int shard) {
        awaited.add(shard);
    }

    /** A shard has opened. */
    synchronized void opened(int shard, int itsSessions) {
        if (awaited.remove(shard)) {
            opened.add(shard);
            sessions += itsSessions;
            logWhenComplete();
        }
    }

    /** A shard went away, whether it had opened or not. */
    synchronized void givenUp(int shard) {
        if (awaited.remove(shard)) {
            logWhenComplete();
        }
    }

    private void logWhenComplete() {
        if (awaited.isEmpty() && !opened.isEmpty()) {
            log.info("Took {} shards with {} sessions: {}", opened.size(), sessions, ranges(opened));
            opened.clear();
            sessions = 0;
        }
    }

    /**
     * Writes numbers as ranges: {@code 0-4, 7, 9-10}.
     *
     * @param numbers in ascending order
     */
    static String ranges(Collection<Integer> numbers) {
        StringJoiner ranges = new StringJoiner(", ");
        Integer first = null;
        Integer last = null;
        for (Integer number : numbers) {
            if (first != null && last != null && number != last + 1) {
                ranges.add(range(first, last));
                first = number;
            }
            if (first == null) {
                first = number;
            }
            last = number;
        }
        if (first != null && last != null) {
            ranges.add(range(first, last));
        }
        return ranges.toString();
    }

    private static String range(int first, int last) {
        return first == last ? String.valueOf(first) : first + "-" + last;
    }
}
