package dev.merpati.gateway.media;

import dev.merpati.gateway.error.ApiError;
import dev.merpati.gateway.error.Errors;
import dev.merpati.gateway.limits.FairShare;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import java.time.Duration;
import org.springframework.http.HttpStatus;
import org.springframework.stereotype.Component;
import reactor.core.publisher.Mono;

/**
 * Bounds how many received files this gateway hands out at a time, shared fairly among tenants ({@link FairShare}): one with
 * many downloads, or slow ones, never has all places. Thread-safe, never blocks.
 */
@Component
final class DownloadSlots {
    private static final Duration RETRY = Duration.ofSeconds(5);

    private final FairShare slots;
    private final Counter refused;
    private final Counter tenantRefused;

    DownloadSlots(DownloadSettings settings, MeterRegistry metrics) {
        this.slots = new FairShare(settings.parallel(Runtime.getRuntime().maxMemory()));
        Gauge.builder("merpati.gateway.downloads", slots, FairShare::held)
                .description("Received files that are being handed out")
                .register(metrics);
        this.refused = refusals("busy", metrics);
        this.tenantRefused = refusals("tenant_busy", metrics);
    }

    private static Counter refusals(String reason, MeterRegistry metrics) {
        return Counter.builder("merpati.gateway.downloads.refused")
                .description("Requests for received files that were refused because too many were being handed out")
                .tag("reason", reason)
                .register(metrics);
    }

    /** Runs the download when there is a place; else an error, of 429 when the tenant's own downloads are in its way. */
    <T> Mono<T> within(String tenantId, Mono<T> download) {
        return Mono.defer(() -> slots.take(tenantId, 1)
                ? download.doFinally(end -> slots.giveBack(tenantId, 1))
                : Mono.error(refusal(slots.heldBy(tenantId)).exception()));
    }

    private ApiError refusal(long mine) {
        if (mine == 0) {
            refused.increment();
            return Errors.unavailable("Too many files are being downloaded. Try again");
        }
        tenantRefused.increment();
        return ApiError.of(
                        HttpStatus.TOO_MANY_REQUESTS,
                        "too_many_downloads",
                        "You have " + mine
                                + " downloads that are not read to their end: read them before you begin more")
                .retryAfter(RETRY);
    }
}
