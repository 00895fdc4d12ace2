package dev.merpati.gateway.console;

import dev.merpati.gateway.auth.TenantContext;
import dev.merpati.gateway.error.ApiError;
import dev.merpati.gateway.error.ApiException;
import dev.merpati.gateway.limits.FairShare;
import java.time.Duration;
import org.springframework.http.HttpStatus;
import org.springframework.http.codec.ServerSentEvent;
import org.springframework.stereotype.Component;
import reactor.core.publisher.Flux;

/**
 * Keeps the streams of open pages alive, and bounds their number. A stream ends after some minutes; the browser opens it again,
 * and is asked anew who it is.
 */
@Component
class LiveStreams {
    private static final Duration LIFE = Duration.ofMinutes(5);
    private static final Duration KEEP_ALIVE = Duration.ofSeconds(15);

    /** Open pages, of all accounts and of one. */
    private static final int MOST_STREAMS = 2_000;

    private static final int MOST_STREAMS_OF_A_TENANT = 50;

    private final FairShare streams = new FairShare(MOST_STREAMS, MOST_STREAMS_OF_A_TENANT);

    /** An error of 429 when the tenant has too many pages open. */
    Flux<ServerSentEvent<String>> open(TenantContext tenant, Flux<ServerSentEvent<String>> changes) {
        return Flux.defer(() -> {
            if (!streams.take(tenant.tenantId(), 1)) {
                return Flux.error(tooMany().exception());
            }
            Flux<ServerSentEvent<String>> keptAlive = Flux.interval(KEEP_ALIVE)
                    .onBackpressureDrop()
                    .map(tick -> ServerSentEvent.<String>builder().comment("").build());
            return Flux.merge(changes, keptAlive)
                    .take(LIFE)
                    // Once something was sent, an answer can only end: as when the session is deleted meanwhile.
                    .switchOnFirst((first, all) -> first.hasValue() ? all.onErrorComplete(ApiException.class) : all)
                    .doFinally(end -> streams.giveBack(tenant.tenantId(), 1));
        });
    }

    private static ApiError tooMany() {
        return ApiError.of(
                        HttpStatus.TOO_MANY_REQUESTS,
                        "too_many_open_requests",
                        "You have too many pages open at a time: close some")
                .retryAfter(KEEP_ALIVE);
    }
}
