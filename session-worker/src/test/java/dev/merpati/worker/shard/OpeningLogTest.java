package dev.merpati.worker.shard;

import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.slf4j.LoggerFactory;

class OpeningLogTest {
    private final Logger logger = (Logger) LoggerFactory.getLogger(OpeningLog.class);
    private final ListAppender<ILoggingEvent> appender = new ListAppender<>();
    private final OpeningLog opening = new OpeningLog();

    @BeforeEach
    void listen() {
        logger.setLevel(Level.INFO);
        appender.start();
        logger.addAppender(appender);
    }

    @AfterEach
    void stop() {
        logger.detachAppender(appender);
        logger.setLevel(null);
    }

    @Test
    void aHundredShardsAreOneLine() {
        IntStream.range(0, 100).forEach(opening::begun);
        IntStream.range(0, 100).map(i -> 99 - i).forEach(shard -> opening.opened(shard, 2));

        assertThat(lines()).containsExactly("Took 100 shards with 200 sessions: 0-99");
    }

    @Test
    void oneThatGoesAwayBeforeItOpenedHoldsUpNothing() {
        IntStream.of(1, 2, 3, 7).forEach(opening::begun);
        opening.opened(1, 1);
        opening.opened(7, 0);
        opening.opened(3, 0);
        opening.givenUp(2);
        opening.givenUp(1);

        assertThat(lines()).containsExactly("Took 3 shards with 1 sessions: 1, 3, 7");
    }

    @Test
    void eachRebalanceHasItsOwnLine() {
        opening.begun(4);
        opening.opened(4, 1);
        opening.begun(5);
        opening.opened(5, 0);

        assertThat(lines()).containsExactly("Took 1 shards with 1 sessions: 4", "Took 1 shards with 0 sessions: 5");
    }

    private List<String> lines() {
        return appender.list.stream().map(ILoggingEvent::getFormattedMessage).toList();
    }
}
