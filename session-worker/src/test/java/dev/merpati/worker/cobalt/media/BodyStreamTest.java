package dev.merpati.worker.cobalt.media;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.merpati.worker.cobalt.query.Deadline;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.Flow;
import org.junit.jupiter.api.Test;

class BodyStreamTest {
    private static final Duration LONG = Duration.ofSeconds(30);
    private static final Duration SHORT = Duration.ofMillis(20);

    private final Upstream upstream = new Upstream();

    @Test
    void isReadAsItComesAndAsksForMoreOnlyThen() throws IOException {
        BodyStream body = body(10, LONG, LONG);
        assertThat(upstream.requested).isEqualTo(1);

        body.onNext(List.of(bytes(1, 2), bytes(), bytes(3)));
        assertThat(body.readNBytes(2)).containsExactly(1, 2);
        assertThat(upstream.requested).isEqualTo(1);
        assertThat(body.read()).isEqualTo(3);
        body.onNext(List.of(bytes(4)));
        body.onComplete();

        assertThat(body.readAllBytes()).containsExactly(4);
        assertThat(upstream.requested).isEqualTo(3);
        assertThat(body.read()).isEqualTo(-1);
    }

    @Test
    void failsWhenTheServerFallsSilent() {
        assertThatThrownBy(() -> body(10, SHORT, LONG).readAllBytes())
                .isInstanceOf(IOException.class)
                .hasMessage("the media server fell silent");
    }

    @Test
    void failsWhenTheTimeIsUp() {
        assertThatThrownBy(() -> body(10, LONG, SHORT).readAllBytes())
                .isInstanceOf(IOException.class)
                .hasMessage("the media server is too slow");
    }

    @Test
    void failsWhenItIsTooLong() {
        BodyStream body = body(2, LONG, LONG);
        body.onNext(List.of(bytes(1, 2)));
        body.onNext(List.of(bytes(3)));

        assertThatThrownBy(body::readAllBytes).isInstanceOf(TooLargeMediaException.class);
    }

    @Test
    void failsWhenItIsCutOff() {
        BodyStream body = body(10, LONG, LONG);
        body.onNext(List.of(bytes(1)));
        body.onError(new IOException("GET https://host/secret"));

        assertThatThrownBy(body::readAllBytes).isInstanceOf(IOException.class).hasMessageNotContaining("secret");
    }

    @Test
    void closingEndsTheResponse() {
        BodyStream body = body(10, LONG, LONG);
        body.close();

        assertThat(upstream.cancelled).isTrue();
    }

    @Test
    void aResponseThatBeginsAfterItWasClosedEnds() {
        BodyStream body = new BodyStream(10, LONG, Deadline.in(LONG));
        body.close();
        body.onSubscribe(upstream);

        assertThat(upstream.cancelled).isTrue();
        assertThat(upstream.requested).isZero();
    }

    private BodyStream body(long maxBytes, Duration silence, Duration time) {
        BodyStream body = new BodyStream(maxBytes, silence, Deadline.in(time));
        body.onSubscribe(upstream);
        return body;
    }

    private static ByteBuffer bytes(int... values) {
        ByteBuffer buffer = ByteBuffer.allocate(values.length);
        for (int value : values) {
            buffer.put((byte) value);
        }
        return buffer.flip();
    }

    private static final class Upstream implements Flow.Subscription {
        private long requested;
        private boolean cancelled;

        @Override
        public void request(long n) {
            requested += n;
        }

        @Override
        public void cancel() {
            cancelled = true;
        }
    }
}
