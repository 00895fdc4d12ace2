package dev.merpati.testlogging;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.classic.spi.IThrowableProxy;
import ch.qos.logback.core.filter.Filter;
import ch.qos.logback.core.spi.FilterReply;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CopyOnWriteArrayList;
import org.jspecify.annotations.Nullable;

/**
 * Stands before the output of tests, in {@code logback-test.xml}, and sees each error, each stack trace, and each refusal
 * of the WhatsApp simulator, which is an error of the client that was refused. What a test expects does not pass, everything else passes and is remembered. Its state is the JVM's: an application that a test
 * starts sets logging up anew. Thread-safe.
 */
public final class ErrorLog extends Filter<ILoggingEvent> {
    /** Where the WhatsApp simulator tells of a client that breaks a rule of WhatsApp's. */
    private static final String REFUSALS = "dev.merpati.simulator.rule.Refusals";
    /** Set where the clients are the tests themselves, and break rules to see them enforced. */
    private static final boolean IGNORES_REFUSALS = Boolean.getBoolean("merpati.test.ignore-refusals");

    private static final String TEST_CLIENT = "org.springframework.test.web.reactive.server.Wiretap";

    private static final List<Expectation> EXPECTED = new CopyOnWriteArrayList<>();
    private static final Queue<String> UNEXPECTED = new ConcurrentLinkedQueue<>();
    private static volatile boolean isWatching;

    /** Errors that are expected at the moment. */
    static final class Expectation {
        private final ExpectErrors errors;
        private volatile boolean isMet;

        Expectation(ExpectErrors errors) {
            this.errors = errors;
        }

        private boolean accepts(String logger, String message) {
            boolean accepts = logger.startsWith(errors.logger()) && message.contains(errors.message());
            if (accepts) {
                isMet = true;
            }
            return accepts;
        }
    }

    static void expect(Expectation expectation) {
        EXPECTED.add(expectation);
    }

    /** Expects them no longer; fails when there should have been one. */
    static void verify(Expectation expectation) {
        EXPECTED.remove(expectation);
        if (expectation.errors.always() && !expectation.isMet) {
            if (!isWatching) {
                throw new AssertionError(
                        "the log is not watched: another logback-test.xml comes first on the class path;"
                                + " one that an older build left in target/test-classes goes with ./mvnw clean");
            }
            throw new AssertionError("found no error in the log, expected " + expectation.errors);
        }
    }

    /** What nobody expected since this was called last. */
    static List<String> takeUnexpected() {
        List<String> taken = new ArrayList<>();
        for (String next = UNEXPECTED.poll(); next != null; next = UNEXPECTED.poll()) {
            taken.add(next);
        }
        return taken;
    }

    @Override
    public void start() {
        super.start();
        isWatching = true;
    }

    @Override
    public FilterReply decide(ILoggingEvent event) {
        boolean isRefusal = event.getLoggerName().equals(REFUSALS);
        if (isRefusal && IGNORES_REFUSALS) {
            return FilterReply.DENY;
        }
        boolean isError = isRefusal || event.getLevel().isGreaterOrEqual(Level.ERROR);
        boolean isStackTrace =
                event.getThrowableProxy() != null && event.getLevel().isGreaterOrEqual(Level.WARN);
        if (!isError && !isStackTrace) {
            return FilterReply.NEUTRAL;
        }
        String message = event.getFormattedMessage();
        if (event.getThrowableProxy() != null) {
            message += ": " + event.getThrowableProxy().getClassName() + ": "
                    + event.getThrowableProxy().getMessage();
        }
        if (isOfTestClient(event.getThrowableProxy())) {
            return FilterReply.DENY;
        }
        for (Expectation expectation : EXPECTED) {
            if (expectation.accepts(event.getLoggerName(), message)) {
                return FilterReply.DENY;
            }
        }
        UNEXPECTED.add(event.getLevel() + " " + event.getLoggerName() + ": " + message);
        return FilterReply.NEUTRAL;
    }

    /**
     * Spring's test client keeps a copy of each request, and fails now and then when an answer ends a large one early.
     * That is no error of what is tested.
     */
    private static boolean isOfTestClient(@Nullable IThrowableProxy thrown) {
        return thrown != null
                && Arrays.stream(thrown.getStackTraceElementProxyArray())
                        .anyMatch(frame ->
                                frame.getStackTraceElement().getClassName().startsWith(TEST_CLIENT));
    }
}
