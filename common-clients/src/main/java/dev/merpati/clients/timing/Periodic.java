package dev.merpati.clients.timing;

import java.time.Duration;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Repeats an action until it is closed, with a fixed pause between the end of one run and the next. */
public final class Periodic implements AutoCloseable {
    private static final Logger log = LoggerFactory.getLogger(Periodic.class);

    private final StopSignal stop = new StopSignal();

    /** Starts with a pause. */
    public Periodic(String name, Duration pause, Runnable action) {
        Thread.ofVirtual().name(name).start(() -> {
            while (!stop.await(pause)) {
                try {
                    action.run();
                } catch (RuntimeException e) {
                    log.error("{} failed and will be retried", name, e);
                }
            }
        });
    }

    @Override
    public void close() {
        stop.stop();
    }
}
