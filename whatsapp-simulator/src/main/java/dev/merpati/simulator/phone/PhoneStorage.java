package dev.merpati.simulator.phone;

import java.util.concurrent.CompletableFuture;

/** Where phones are kept across restarts. Thread-safe; never blocks the caller for long. */
public interface PhoneStorage {
    /** Keeps nothing. */
    PhoneStorage NONE = new PhoneStorage() {
        @Override
        public void changed(Phone phone) {}

        @Override
        public CompletableFuture<Void> save(Phone phone) {
            return CompletableFuture.completedFuture(null);
        }

        @Override
        public void removed(Phone phone) {}
    };

    /** The phone is to be stored some time soon; a crash before that loses the change. */
    void changed(Phone phone);

    /** Stores the phone now; completes when it would survive a crash. */
    CompletableFuture<Void> save(Phone phone);

    /** The phone is gone: what is still under way for it is not stored any more. */
    void removed(Phone phone);
}
