package dev.merpati.gateway.media;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.merpati.gateway.error.ApiException;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import reactor.core.Disposable;
import reactor.core.publisher.Mono;

class DownloadSlotsTest {
    private final SimpleMeterRegistry meters = new SimpleMeterRegistry();
    private final DownloadSlots slots =
            new DownloadSlots(new DownloadSettings(4, Duration.ofSeconds(1), Duration.ofSeconds(1)), meters);

    /** Slow clients of one tenant hold what they have for long. */
    @Test
    void oneTenantNeverHasAllPlaces() {
        Disposable first = hold("greedy");
        hold("greedy");

        assertRefused("greedy", 429, "too_many_downloads");
        Disposable other = hold("other");
        first.dispose();
        other.dispose();

        assertThat(slots.within("greedy", Mono.just(1)).block()).isEqualTo(1);
        assertThat(meters.get("merpati.gateway.downloads").gauge().value()).isEqualTo(1);
        assertThat(meters.get("merpati.gateway.downloads.refused")
                        .tag("reason", "tenant_busy")
                        .counter()
                        .count())
                .isEqualTo(1);
    }

    @Test
    void nobodyIsToBlameWhoHoldsNone() {
        for (String tenant : new String[] {"a", "b", "c", "d"}) {
            hold(tenant);
        }

        assertRefused("e", 503, "service_unavailable");
    }

    @Test
    void aDownloadThatFailsGivesItsPlaceBack() {
        for (int i = 0; i < 10; i++) {
            assertThatThrownBy(() -> slots.within("a", Mono.error(new IllegalStateException("broken")))
                            .block())
                    .hasMessage("broken");
        }
        assertThat(meters.get("merpati.gateway.downloads").gauge().value()).isZero();
    }

    private Disposable hold(String tenantId) {
        return slots.within(tenantId, Mono.never()).subscribe();
    }

    private void assertRefused(String tenantId, int status, String code) {
        assertThatThrownBy(() -> slots.within(tenantId, Mono.never()).block())
                .isInstanceOfSatisfying(ApiException.class, e -> {
                    assertThat(e.error().status().value()).isEqualTo(status);
                    assertThat(e.error().code()).isEqualTo(code);
                    assertThat(e.error().retryAfter()).isNotNull();
                });
    }
}
