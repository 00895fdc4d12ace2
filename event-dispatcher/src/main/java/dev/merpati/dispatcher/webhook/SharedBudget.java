package dev.merpati.dispatcher.webhook;

import java.util.concurrent.atomic.AtomicLong;

/**
 * What all webhooks share: bytes of memory, attempts under way. Each may have one of it without asking, so that those who took all of
 * it delay nobody else for long. Thread-safe, never waits.
 */
final class SharedBudget {
    private final AtomicLong left;

    SharedBudget(long size) {
        left = new AtomicLong(size);
    }

    boolean tryTake(long amount) {
        while (true) {
            long now = left.get();
            if (now < amount) {
                return false;
            }
            if (left.compareAndSet(now, now - amount)) {
                return true;
            }
        }
    }

    void give(long amount) {
        left.addAndGet(amount);
    }

    long left() {
        return left.get();
    }
}
