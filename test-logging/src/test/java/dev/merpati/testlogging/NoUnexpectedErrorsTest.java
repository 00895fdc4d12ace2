package dev.merpati.testlogging;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.LoggingEvent;
import ch.qos.logback.core.spi.FilterReply;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import org.slf4j.LoggerFactory;

class NoUnexpectedErrorsTest {
    private static final String NAME = "dev.merpati.testlogging.sample";

    private final Logger log = (Logger) LoggerFactory.getLogger(NAME);

    @Test
    @ExpectErrors(logger = "dev.merpati.testlogging", message = "failed on purpose")
    @ExpectErrors(logger = NAME, message = "IllegalStateException: on purpose")
    void errorsThatAreExpectedAreNotReported() {
        log.error("{} {}", "failed", "on purpose");
        log.warn("a warning without a stack trace");
        log.warn("failed", new IllegalStateException("on purpose"));

        assertThat(ErrorLog.takeUnexpected()).isEmpty();
    }

    @Test
    @ExpectErrors(logger = "dev.merpati.other", always = false)
    void anErrorThatIsNotExpectedIsReported() {
        // By hand, so that the output of this test stays clean.
        new ErrorLog().decide(new LoggingEvent("", log, Level.ERROR, "{} broke", null, new Object[] {"it"}));

        assertThat(ErrorLog.takeUnexpected()).containsExactly("ERROR " + NAME + ": it broke");
    }

    @Test
    void aClientThatBreaksARuleOfTheSimulatorIsReported() {
        Logger refusals = (Logger) LoggerFactory.getLogger("dev.merpati.simulator.rule.Refusals");

        new ErrorLog().decide(new LoggingEvent("", refusals, Level.WARN, "a client broke a rule", null, null));

        assertThat(ErrorLog.takeUnexpected())
                .containsExactly("WARN dev.merpati.simulator.rule.Refusals: a client broke a rule");
    }

    @Test
    void anErrorOfTheTestsHttpClientIsNone() {
        Throwable thrown = new IndexOutOfBoundsException("readPosition");
        thrown.setStackTrace(new StackTraceElement[] {
            new StackTraceElement(
                    "org.springframework.test.web.reactive.server.WiretapConnector$WiretapRecorder",
                    "handleOnComplete",
                    null,
                    1)
        });

        FilterReply reply = new ErrorLog().decide(new LoggingEvent("", log, Level.ERROR, "dropped", thrown, null));

        assertThat(reply).isEqualTo(FilterReply.DENY);
        assertThat(ErrorLog.takeUnexpected()).isEmpty();
    }

    @Test
    void aMissingErrorIsAFailure() {
        ExpectErrors annotation = Objects.requireNonNull(LogsNothing.class.getAnnotation(ExpectErrors.class));
        ErrorLog.Expectation expectation = new ErrorLog.Expectation(annotation);
        ErrorLog.expect(expectation);

        assertThatThrownBy(() -> ErrorLog.verify(expectation)).hasMessageContaining("never");
    }

    @ExpectErrors(logger = "dev.merpati", message = "never")
    private static final class LogsNothing {}
}
