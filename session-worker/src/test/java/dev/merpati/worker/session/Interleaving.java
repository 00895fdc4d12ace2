package dev.merpati.worker.session;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.Semaphore;
import java.util.concurrent.ThreadFactory;
import org.jspecify.annotations.Nullable;

/**
 * Lets threads run one at a time, each from one {@link #step} to its next one, in an order that a seed decides. So code
 * that blocks can be run through every interleaving, and each can be run again.
 */
final class Interleaving {
    private final Random random;
    private final List<Strand> strands = new ArrayList<>();
    private final Semaphore parked = new Semaphore(0);
    private volatile @Nullable Strand running;
    private volatile @Nullable Throwable failure;

    Interleaving(Random random) {
        this.random = random;
    }

    /** What is stopped, continued and killed as one. */
    static final class Actor {
        private volatile boolean paused;
        private volatile boolean killed;

        void pause() {
            paused = true;
        }

        void wake() {
            paused = false;
        }

        boolean isKilled() {
            return killed;
        }
    }

    /** Ends a thread of a process that was killed, as nothing else does. */
    static final class Killed extends Error {
        Killed() {
            super("killed", null, false, false);
        }
    }

    private static final class Strand {
        final Actor process;
        final Semaphore turn = new Semaphore(0);
        volatile boolean done;

        Strand(Actor process) {
            this.process = process;
        }
    }

    /** Threads of a process; each waits for its turn before it begins. */
    ThreadFactory threadsOf(Actor process) {
        return action -> {
            Strand strand = new Strand(process);
            strands.add(strand);
            return Thread.ofVirtual().unstarted(() -> {
                strand.turn.acquireUninterruptibly();
                try {
                    action.run();
                } catch (Killed e) {
                    // As it should be.
                } catch (Throwable e) {
                    failure = e;
                } finally {
                    strand.done = true;
                    parked.release();
                }
            });
        };
    }

    /** Called by such a thread: here others may go on first, and here its process may be killed. */
    void step() {
        Strand me = running;
        if (me == null) {
            return; // On the test's own thread nobody else can go first.
        }
        if (!me.process.killed) {
            parked.release();
            me.turn.acquireUninterruptibly();
        }
        if (me.process.killed) {
            throw new Killed();
        }
    }

    /** Lets one thread go on to its next step; returns false when there is none. */
    boolean advance() {
        List<Strand> ready =
                strands.stream().filter(strand -> !strand.process.paused).toList();
        if (ready.isEmpty()) {
            return false;
        }
        turn(ready.get(random.nextInt(ready.size())));
        return true;
    }

    void kill(Actor process) {
        process.killed = true;
        for (Strand strand : List.copyOf(strands)) {
            while (strand.process == process && !strand.done) {
                turn(strand);
            }
        }
    }

    private void turn(Strand strand) {
        running = strand;
        strand.turn.release();
        parked.acquireUninterruptibly();
        running = null;
        if (strand.done) {
            strands.remove(strand);
        }
        if (failure != null) {
            throw new AssertionError("a thread failed", failure);
        }
    }
}
