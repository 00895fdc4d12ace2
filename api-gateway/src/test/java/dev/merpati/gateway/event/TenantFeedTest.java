package dev.merpati.gateway.event;

import static org.assertj.core.api.Assertions.assertThat;

import dev.merpati.model.event.EventId;
import dev.merpati.model.event.StoredEvent;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;
import reactor.core.Disposable;

class TenantFeedTest {
    private static final UUID SESSION = UUID.fromString("b45e05b2-34a3-4dd9-80da-564550a79e10");
    private static final long CHUNK = 1_000;

    private final AtomicLong allBytes = new AtomicLong();
    private final TenantFeed feed = new TenantFeed("acme", 3, 100, allBytes, 250);

    private static EventId id(long millis) {
        return new EventId(millis, 0);
    }

    private static EncodedEvent event(long millis, String type, int bytes) {
        return new EncodedEvent(
                new StoredEvent(id(millis), SESSION, type, Instant.ofEpochMilli(millis), "{}", millis),
                new byte[bytes]);
    }

    private static List<Long> millis(TenantFeed.Part part) {
        return ((TenantFeed.Part.Events) part)
                .events().stream().map(each -> each.event().id().millis()).toList();
    }

    private TenantFeed.Part after(long cursor) {
        return feed.after(id(cursor), EventFilter.ALL, CHUNK);
    }

    @Test
    void knowsNothingUntilItHasBegun() {
        assertThat(after(0)).isInstanceOf(TenantFeed.Part.Nothing.class);

        feed.begin(id(10));

        assertThat(after(10)).isInstanceOf(TenantFeed.Part.Nothing.class);
        assertThat(after(11)).as("ahead of it").isInstanceOf(TenantFeed.Part.Nothing.class);
        assertThat(after(9)).isEqualTo(new TenantFeed.Part.Behind(id(10)));
    }

    @Test
    void hasTheNewestAndSendsWhoIsFurtherBehindToRedis() {
        feed.begin(id(10));
        feed.add(List.of(event(11, "a", 10), event(12, "b", 10), event(13, "a", 10)), id(13));

        assertThat(millis(after(10))).containsExactly(11L, 12L, 13L);
        assertThat(millis(after(12))).containsExactly(13L);
        feed.add(List.of(event(14, "a", 10)), id(14));
        assertThat(after(10)).as("three at most").isEqualTo(new TenantFeed.Part.Behind(id(11)));
        assertThat(millis(after(11))).containsExactly(12L, 13L, 14L);
        feed.add(List.of(event(15, "a", 95)), id(15));
        assertThat(after(13)).as("100 bytes at most").isEqualTo(new TenantFeed.Part.Behind(id(14)));
        assertThat(allBytes).hasValue(95);
    }

    @Test
    void passesOverWhatIsNotWantedAndStopsWhereThereIsNoRoom() {
        feed.begin(id(10));
        feed.add(List.of(event(11, "a", 30), event(12, "b", 30), event(13, "a", 30)), id(20));
        EventFilter onlyB = new EventFilter(Set.of("b"), null);

        assertThat(feed.after(id(10), onlyB, CHUNK)).isInstanceOfSatisfying(TenantFeed.Part.Events.class, part -> {
            assertThat(millis(part)).containsExactly(12L);
            assertThat(part.position()).isEqualTo(id(20));
        });
        assertThat(feed.after(id(10), EventFilter.ALL, 60))
                .isInstanceOfSatisfying(TenantFeed.Part.Events.class, part -> {
                    assertThat(millis(part)).containsExactly(11L, 12L);
                    assertThat(part.position()).isEqualTo(id(12));
                });
        assertThat(millis(feed.after(id(10), EventFilter.ALL, 1)))
                .as("one that is longer comes alone")
                .containsExactly(11L);
    }

    @Test
    void keepsNothingWhenAllFeedsTogetherHoldTooMuch() {
        feed.begin(id(10));
        allBytes.set(245);

        feed.add(List.of(event(11, "a", 10)), id(11));

        assertThat(after(10)).isEqualTo(new TenantFeed.Part.Behind(id(11)));
        assertThat(allBytes).hasValue(245);
    }

    @Test
    void dropsWhatIsOldAndHoldsNothingOnceItIsClosed() {
        feed.begin(id(10));
        feed.add(List.of(event(11, "a", 10), event(12, "a", 10)), id(12));
        feed.dropBefore(12);
        assertThat(after(10)).isEqualTo(new TenantFeed.Part.Behind(id(11)));

        assertThat(feed.beginRead()).isTrue();
        feed.close();
        feed.add(List.of(event(13, "a", 10)), id(13));

        assertThat(allBytes).as("what was being read meanwhile").hasValue(0);
        assertThat(feed.readsAgain(true)).isFalse();
    }

    @Test
    void wakesWhoWaitsOnceThereIsSomethingAndForgetsWhoDoesNotWaitAnyMore() {
        feed.begin(id(10));
        Disposable waiting = feed.news(id(10)).subscribe();
        Disposable gone = feed.news(id(10)).subscribe();
        gone.dispose();
        assertThat(waiting.isDisposed()).isFalse();

        feed.add(List.of(event(11, "a", 10)), id(11));

        assertThat(waiting.isDisposed()).isTrue();
        feed.news(id(10)).block(Duration.ofSeconds(5));
    }

    @Test
    void letsOneReadAtATimeAndOnceMoreForWhoComesMeanwhile() {
        assertThat(feed.beginRead()).isTrue();
        assertThat(feed.beginRead()).isFalse();
        assertThat(feed.readsAgain(false)).as("for the other").isTrue();
        assertThat(feed.readsAgain(true)).as("there is more").isTrue();
        assertThat(feed.readsAgain(false)).isFalse();
        assertThat(feed.beginRead()).isTrue();
        feed.readFailed();
        assertThat(feed.beginRead()).isTrue();
    }
}
