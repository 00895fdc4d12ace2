package dev.merpati.gateway.media;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.merpati.gateway.error.ApiException;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.reactivestreams.Subscription;
import reactor.core.Disposable;
import reactor.core.publisher.BaseSubscriber;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.publisher.Sinks;
import reactor.core.scheduler.Schedulers;

class UploadSlotsTest {
    private static final Duration LONG = Duration.ofMinutes(1);
    private static final Duration SHORT = Duration.ofMillis(50);

    private final SimpleMeterRegistry meters = new SimpleMeterRegistry();
    private final List<String> begun = new CopyOnWriteArrayList<>();

    @Test
    void letsTheNextBeginWhenOneEnds() {
        UploadSlots slots = slots(1, 10, LONG);
        Sinks.Empty<Void> first = Sinks.empty();
        slots.inTurn("acme", upload("first", first)).subscribe();
        slots.inTurn("acme", upload("second", Sinks.empty())).subscribe();

        assertThat(begun).containsExactly("first");
        first.tryEmitEmpty();

        assertThat(begun).containsExactly("first", "second");
        assertThat(slots.inUse()).isOne();
        assertThat(slots.waiting()).isZero();
    }

    @Test
    void refusesWhatHasWaitedTooLong() {
        UploadSlots slots = slots(1, 10, SHORT);
        slots.inTurn("greedy", upload("first", Sinks.empty())).subscribe();

        assertRefused(503, slots.inTurn("acme", upload("second", Sinks.empty())));

        assertThat(slots.waiting()).isZero();
        assertThat(begun).containsExactly("first");
        assertThat(refused("busy")).isOne();
    }

    @Test
    void saysThatATenantsOwnUploadsAreInTheWay() {
        UploadSlots impatient = slots(1, 10, SHORT);
        impatient.inTurn("acme", upload("first", Sinks.empty())).subscribe();
        assertRefused(429, impatient.inTurn("acme", upload("second", Sinks.empty())));

        UploadSlots small = slots(1, 2, LONG);
        small.inTurn("other", upload("other's", Sinks.empty())).subscribe();
        small.inTurn("acme", upload("waiting", Sinks.empty())).subscribe();
        assertRefused(429, small.inTurn("acme", upload("beyond its share", Sinks.empty())));

        assertThat(refused("tenant_busy")).isEqualTo(2);
    }

    @Test
    void doesNotBlameATenantForOthersSlotsOrPlaces() {
        UploadSlots impatient = slots(1, 10, SHORT);
        impatient.inTurn("other", upload("other's", Sinks.empty())).subscribe();
        impatient.inTurn("acme", upload("first", Sinks.empty())).subscribe(done -> {}, late -> {});
        assertRefused(503, impatient.inTurn("acme", upload("second", Sinks.empty())));

        UploadSlots full = slots(1, 1, LONG);
        full.inTurn("other", upload("other's", Sinks.empty())).subscribe();
        full.inTurn("third", upload("third's", Sinks.empty())).subscribe();
        assertRefused(503, full.inTurn("acme", upload("beyond all", Sinks.empty())));
    }

    private static void assertRefused(int status, Mono<Void> upload) {
        assertThatThrownBy(() -> upload.block(LONG)).isInstanceOfSatisfying(ApiException.class, refusal -> {
            assertThat(refusal.error().status().value()).isEqualTo(status);
            assertThat(refusal.error().retryAfter()).isNotNull();
        });
    }

    @Test
    void refusesAtOnceWhenTooManyWait() {
        UploadSlots slots = slots(1, 1, LONG);
        slots.inTurn("acme", upload("first", Sinks.empty())).subscribe();
        slots.inTurn("acme", upload("second", Sinks.empty())).subscribe();

        assertThatThrownBy(() ->
                        slots.inTurn("acme", upload("third", Sinks.empty())).block(LONG))
                .isInstanceOf(ApiException.class);
    }

    @Test
    void givesTheTurnToATenantThatHasFewerThanTheOneThatWaitedLonger() {
        UploadSlots slots = slots(2, 10, LONG);
        Sinks.Empty<Void> first = Sinks.empty();
        slots.inTurn("greedy", upload("greedy 1", Sinks.empty())).subscribe();
        slots.inTurn("greedy", upload("greedy 2", Sinks.empty())).subscribe();
        slots.inTurn("modest", upload("modest 1", first)).subscribe();
        slots.inTurn("modest", upload("modest 2", Sinks.empty())).subscribe();
        assertThat(begun).containsExactly("greedy 1", "modest 1");

        first.tryEmitEmpty();

        assertThat(begun).containsExactly("greedy 1", "modest 1", "modest 2");
    }

    @Test
    void leavesSlotsAndWaitingPlacesToOthersWhoeverIsGreedy() {
        UploadSlots slots = slots(4, 4, LONG);
        for (int i = 0; i < 20; i++) {
            slots.inTurn("greedy", upload("greedy", Sinks.empty())).subscribe(done -> {}, refused -> {});
        }
        assertThat(begun).hasSize(2);
        assertThat(slots.waiting()).isEqualTo(2);

        slots.inTurn("modest", upload("modest", Sinks.empty())).subscribe();
        slots.inTurn("third", upload("third", Sinks.empty())).subscribe();
        slots.inTurn("fourth", upload("fourth", Sinks.empty())).subscribe();

        assertThat(begun).contains("modest", "third");
        assertThat(slots.waiting()).isEqualTo(3);
    }

    @Test
    void forgetsAClientThatHangsUpWhileItWaitsOrReads() {
        UploadSlots slots = slots(1, 10, LONG);
        Disposable reading =
                slots.inTurn("acme", upload("reading", Sinks.empty())).subscribe();
        Disposable waiting =
                slots.inTurn("acme", upload("waiting", Sinks.empty())).subscribe();

        waiting.dispose();
        assertThat(slots.waiting()).isZero();
        reading.dispose();

        assertThat(slots.inUse()).isZero();
        assertThat(begun).containsExactly("reading");
    }

    /** Reactor runs what makes a turn also for whoever has gone by then. */
    @Test
    void takesNoSlotAndNoPlaceForAClientThatHungUpBeforeItAsked() {
        UploadSlots slots = slots(1, 10, LONG);

        for (int i = 0; i < 2; i++) {
            slots.inTurn("acme", upload("never", Sinks.empty())).subscribe(new BaseSubscriber<>() {
                @Override
                protected void hookOnSubscribe(Subscription subscription) {
                    cancel();
                }
            });
        }

        assertThat(slots.inUse()).isZero();
        assertThat(slots.waiting()).isZero();
        assertThat(begun).isEmpty();
    }

    @Test
    void losesNoSlotWhateverHappensAtOnce() {
        UploadSlots slots = slots(3, 1_000, Duration.ofMillis(3));
        AtomicInteger running = new AtomicInteger();
        AtomicInteger most = new AtomicInteger();
        Mono<Void> upload = Mono.delay(Duration.ofMillis(1))
                .doOnSubscribe(s -> most.accumulateAndGet(running.incrementAndGet(), Math::max))
                .doOnTerminate(running::decrementAndGet)
                .doOnCancel(running::decrementAndGet)
                .then();

        Flux.range(0, 5_000)
                .flatMap(
                        i -> {
                            Mono<Void> one = slots.inTurn("tenant" + i % 4, upload)
                                    .subscribeOn(Schedulers.parallel())
                                    .onErrorComplete();
                            return i % 3 == 0 ? one.timeout(Duration.ofMillis(2), Mono.empty()) : one;
                        },
                        200)
                .blockLast(LONG);

        await().until(() -> slots.inUse() == 0 && slots.waiting() == 0);
        assertThat(most).hasValueBetween(1, 3);
    }

    private UploadSlots slots(int slots, int maxWaiting, Duration maxWait) {
        return new UploadSlots(slots, maxWaiting, maxWait, new UploadMetrics(meters));
    }

    private double refused(String reason) {
        return meters.get("merpati.gateway.uploads.refused")
                .tag("reason", reason)
                .counter()
                .count();
    }

    private Mono<Void> upload(String name, Sinks.Empty<Void> end) {
        return Mono.defer(() -> {
            begun.add(name);
            return end.asMono();
        });
    }
}
