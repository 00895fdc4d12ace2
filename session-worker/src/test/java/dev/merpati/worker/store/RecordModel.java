package dev.merpati.worker.store;

import dev.merpati.model.outcome.CommandState;
import dev.merpati.model.outcome.FailureCode;
import dev.merpati.model.outcome.Outcome;
import dev.merpati.model.outcome.OutcomeCodec;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * What the scripts of gateway and worker make of one shard's epoch and of the records of one session's commands, in plain
 * Java. Tests compare the scripts with it step by step, and let the worker's code run against it.
 */
public final class RecordModel {
    private static final Stored NONE = new Stored(CommandState.QUEUED, null, null, null);

    /** Some of the failures after which a gateway lets a command begin anew when its idempotency key comes again. */
    public static final Set<FailureCode> MAY_BEGIN_ANEW = Set.of(FailureCode.EXPIRED, FailureCode.WITHDRAWN);

    private long epoch;
    private Map<String, Stored> records = new HashMap<>();
    private Set<String> listed = new HashSet<>();

    /** One record; null for what it does not have. */
    public record Stored(
            CommandState state,
            @Nullable String outcome,
            @Nullable String receipt,
            @Nullable String maker) {}

    /** All that is stored at one moment, for a Redis that loses what came after. */
    public record Snapshot(long epoch, Map<String, Stored> records, Set<String> listed) {}

    public Snapshot snapshot() {
        return new Snapshot(epoch, Map.copyOf(records), Set.copyOf(listed));
    }

    public void restore(Snapshot earlier) {
        epoch = earlier.epoch();
        records = new HashMap<>(earlier.records());
        listed = new HashSet<>(earlier.listed());
    }

    /** @param now the clock of Redis in µs */
    public long take(long now) {
        epoch = Math.max(epoch + 1, now);
        return epoch;
    }

    /** Whether the caller is refused; a caller that is not puts an older epoch right. */
    public boolean isFenced(long caller) {
        if (epoch > caller) {
            return true;
        }
        epoch = caller;
        return false;
    }

    public long epoch() {
        return epoch;
    }

    public @Nullable Stored find(String id) {
        return records.get(id);
    }

    /** The ids that go when the session is deleted. */
    public Set<String> listed() {
        return listed;
    }

    public boolean create(String id, String maker) {
        Stored there = records.get(id);
        if (there != null && (Objects.equals(there.maker(), maker) || !mayBeginAnew(there))) {
            return Objects.equals(there.maker(), maker);
        }
        records.put(id, new Stored(CommandState.QUEUED, null, null, maker));
        listed.add(id);
        return true;
    }

    private static boolean mayBeginAnew(Stored there) {
        return there.state() == CommandState.FAILED
                && there.outcome() != null
                && OutcomeCodec.decode(there.outcome()) instanceof Outcome.Failed failed
                && MAY_BEGIN_ANEW.contains(failed.code());
    }

    public boolean withdraw(String id, String outcome) {
        Stored there = records.get(id);
        if (there != null && there.state() == CommandState.QUEUED) {
            records.put(id, new Stored(CommandState.FAILED, outcome, there.receipt(), there.maker()));
            return true;
        }
        return there != null && there.state() == CommandState.FAILED && outcome.equals(there.outcome());
    }

    /** Returns the state before. */
    public CommandState claim(String id) {
        Stored there = records.getOrDefault(id, NONE);
        if (there.state() == CommandState.QUEUED) {
            records.put(id, new Stored(CommandState.STARTED, there.outcome(), there.receipt(), there.maker()));
            listed.add(id);
        }
        return there.state();
    }

    /**
     * Returns the outcome that stands.
     *
     * @param list whether the record goes with its session
     */
    public String finish(String id, CommandState state, String outcome, String ifStartedBefore, boolean list) {
        Stored there = records.getOrDefault(id, NONE);
        String stands = there.outcome();
        if (stands == null) {
            stands = there.state() == CommandState.STARTED ? ifStartedBefore : outcome;
            records.put(id, new Stored(state, stands, there.receipt(), there.maker()));
            if (list) {
                listed.add(id);
            }
        }
        if (!list) {
            listed.remove(id);
        }
        return stands;
    }

    public void receipt(String id, String receipt) {
        records.computeIfPresent(
                id,
                (_, there) -> "READ".equals(there.receipt())
                        ? there
                        : new Stored(there.state(), there.outcome(), receipt, there.maker()));
    }

    public void deleteListed() {
        listed.forEach(records::remove);
        listed.clear();
    }
}
