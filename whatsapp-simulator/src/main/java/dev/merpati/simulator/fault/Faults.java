package dev.merpati.simulator.fault;

import java.util.List;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/** The faults that are switched on. Thread-safe; costs next to nothing while there are none. */
public final class Faults {
    private final List<Active> active = new CopyOnWriteArrayList<>();

    private record Active(Fault fault, AtomicInteger left) {
        boolean strike() {
            return fault.times() == null || left.getAndDecrement() > 0;
        }

        boolean isUsedUp() {
            return fault.times() != null && left.get() <= 0;
        }
    }

    public void add(Fault fault) {
        Integer times = fault.times();
        active.add(new Active(fault, new AtomicInteger(times == null ? 0 : times)));
    }

    /**
     * Asks whether something is to go wrong now, which uses one of the fault's times up; the oldest fault that fits
     * strikes.
     *
     * @param session the number of the session that it would happen to; null while it is not known
     */
    public Optional<Fault> strike(FaultKind kind, @Nullable String session) {
        for (Active candidate : active) {
            if (candidate.fault().strikes(kind, session) && candidate.strike()) {
                active.removeIf(Active::isUsedUp);
                return Optional.of(candidate.fault());
            }
        }
        return Optional.empty();
    }

    /** The faults that can still strike, oldest first. */
    public List<Fault> list() {
        return active.stream().map(Active::fault).toList();
    }

    /** False if there is no such fault, or it has struck for the last time. */
    public boolean remove(String id) {
        return active.removeIf(candidate -> candidate.fault().id().equals(id));
    }

    public void clear() {
        active.clear();
    }
}
