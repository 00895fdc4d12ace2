package dev.merpati.benchmark.load;

/** What is measured: one request of a session, and its answer. */
@FunctionalInterface
public interface Call {
    /**
     * Returns when the answer is there and is right. Runs on virtual threads, for one session on several at a time if
     * the load says so.
     *
     * @throws Exception when there is no answer or it is wrong, which ends the measurement
     */
    void perform(int session) throws Exception;
}
