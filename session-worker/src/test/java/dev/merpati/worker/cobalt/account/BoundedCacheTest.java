package dev.merpati.worker.cobalt.account;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

class BoundedCacheTest {
    private final AtomicLong time = new AtomicLong();
    private final AtomicInteger loads = new AtomicInteger();

    @Test
    void theLeastRecentlyUsedGoesFirst() {
        BoundedCache<String, Integer> cache = new BoundedCache<>(2);
        cache.put("a", 1);
        cache.put("b", 2);
        assertThat(cache.get("a")).isEqualTo(1);

        cache.put("c", 3);

        assertThat(cache.get("b")).isNull();
        assertThat(cache.values()).containsExactlyInAnyOrder(1, 3);
    }

    @Test
    void aValueIsGoneWhenItsTimeIsUp() {
        BoundedCache<String, Integer> cache =
                new BoundedCache<>(2, Duration.ofMinutes(1).toNanos(), time::get);
        cache.put("a", 1);

        time.set(Duration.ofSeconds(59).toNanos());
        assertThat(cache.get("a")).isEqualTo(1);

        time.set(Duration.ofSeconds(60).toNanos());
        assertThat(cache.get("a")).isNull();
        assertThat(cache.values()).isEmpty();
    }

    @Test
    void aValueIsLoadedOnceAndAgainWhenItWasRemoved() {
        BoundedCache<String, Integer> cache = new BoundedCache<>(2);
        assertThat(cache.values()).isEmpty();
        cache.get("a", _ -> loads.incrementAndGet());
        assertThat(cache.get("a", _ -> loads.incrementAndGet())).isEqualTo(1);

        cache.remove("a");
        assertThat(cache.get("a", _ -> loads.incrementAndGet())).isEqualTo(2);

        cache.removeIf(value -> value == 2);
        assertThat(cache.get("a")).isNull();
    }

    /** What was read from the records must not hide what was stored since. */
    @Test
    void aValueThatWasPutWhileAnotherWasLoadedCounts() {
        BoundedCache<String, String> cache = new BoundedCache<>(2);

        String got = cache.get("a", _ -> {
            cache.put("a", "new");
            return "old";
        });

        assertThat(got).isEqualTo("new");
        assertThat(cache.get("a")).isEqualTo("new");
    }

    @Test
    void whatWasLoadedWhileTheValueWasRemovedIsNotKept() {
        BoundedCache<String, String> cache = new BoundedCache<>(2);

        cache.get("a", _ -> {
            cache.remove("a");
            return "old";
        });

        assertThat(cache.get("a")).isNull();
    }
}
