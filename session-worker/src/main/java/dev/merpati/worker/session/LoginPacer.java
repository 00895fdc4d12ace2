package dev.merpati.worker.session;

import java.util.function.Consumer;

/** Spreads the opening of connections over time, so that a worker that takes many shards is no stampede. */
public interface LoginPacer {

    /** Runs the login when its turn has come, on a thread that may block. It must release its permit when it is over. */
    void admit(Consumer<Permit> login);

    /** The right to be logging in. Released once; again does nothing. */
    interface Permit {
        void release();
    }
}
