package dev.merpati.gateway.web;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.concurrent.TimeoutException;
import org.junit.jupiter.api.Test;
import org.reactivestreams.Subscription;
import org.springframework.core.io.buffer.DataBuffer;
import org.springframework.core.io.buffer.DefaultDataBufferFactory;
import reactor.core.publisher.BaseSubscriber;
import reactor.core.publisher.Flux;
import reactor.test.StepVerifier;

class IdleTimeoutTest {
    private static final Duration BOUND = Duration.ofSeconds(30);

    @Test
    void endsABodyThatStallsAfterItsLimitAndNotBefore() {
        Duration idle = Duration.ofMillis(500);
        Duration took = StepVerifier.create(IdleTimeout.apply(bytes(100_000).concatWith(Flux.never()), idle, 1))
                .expectNextCount(1)
                .expectError(TimeoutException.class)
                .verify(BOUND);

        assertThat(took).isBetween(idle, idle.multipliedBy(4));
    }

    @Test
    void endsABodyThatDripsBelowItsRate() {
        Flux<DataBuffer> drip = Flux.interval(Duration.ofMillis(50)).concatMap(tick -> bytes(1));

        StepVerifier.create(IdleTimeout.apply(drip, Duration.ofSeconds(1), 1_000))
                .thenConsumeWhile(bytes -> true)
                .expectError(TimeoutException.class)
                .verify(BOUND);
    }

    @Test
    void bearsABodyThatKeepsUpWithItsRate() {
        Flux<DataBuffer> steady = Flux.interval(Duration.ofMillis(50)).take(60).concatMap(tick -> bytes(1_000));

        StepVerifier.create(IdleTimeout.apply(steady, Duration.ofSeconds(1), 1_000))
                .expectNextCount(60)
                .expectComplete()
                .verify(BOUND);
    }

    @Test
    void doesNotBlameTheClientWhileNobodyAsks() {
        Duration idle = Duration.ofMillis(200);
        BaseSubscriber<byte[]> reader = new BaseSubscriber<>() {
            @Override
            protected void hookOnSubscribe(Subscription subscription) {
                subscription.request(1);
            }
        };
        Flux<byte[]> body = IdleTimeout.apply(Flux.range(0, 2).concatMap(i -> bytes(10)), idle, 1_000);
        body.subscribe(reader);

        StepVerifier.create(Flux.interval(idle).take(5))
                .expectNextCount(5)
                .expectComplete()
                .verify(BOUND);
        assertThat(reader.isDisposed()).isFalse();
        reader.request(5);
        assertThat(reader.isDisposed()).isTrue();
    }

    private static Flux<DataBuffer> bytes(int count) {
        return Flux.just(DefaultDataBufferFactory.sharedInstance.wrap(new byte[count]));
    }
}
