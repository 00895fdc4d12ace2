package dev.merpati.gateway.event;

import dev.merpati.gateway.auth.ConsoleIdentity;
import dev.merpati.gateway.auth.StillAllowed;
import dev.merpati.gateway.auth.TenantContext;
import dev.merpati.gateway.error.ApiError;
import dev.merpati.gateway.error.Errors;
import dev.merpati.gateway.limits.FairShare;
import dev.merpati.model.event.EventId;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import java.time.Duration;
import java.util.concurrent.ThreadLocalRandom;
import org.jspecify.annotations.Nullable;
import org.springframework.http.HttpStatus;
import org.springframework.http.MediaType;
import org.springframework.http.server.reactive.ServerHttpRequestDecorator;
import org.springframework.http.server.reactive.ServerHttpResponse;
import org.springframework.stereotype.Component;
import org.springframework.web.server.ServerWebExchange;
import reactor.core.publisher.Mono;
import reactor.netty.Connection;

/** Opens streams of events, within the limits on them. */
@Component
class EventStreams {
    private static final Duration RETRY = Duration.ofSeconds(5);

    /** A browser opens its stream again and is asked anew who it is. */
    private static final Duration LIFE_OF_BROWSERS = Duration.ofMinutes(5);

    private final EventHub hub;
    private final EventReader reader;
    private final StreamSettings settings;
    private final StillAllowed stillAllowed;
    private final FairShare open;
    private final Counter refused;

    EventStreams(
            EventHub hub,
            EventReader reader,
            StreamSettings settings,
            StillAllowed stillAllowed,
            MeterRegistry metrics) {
        this.hub = hub;
        this.reader = reader;
        this.settings = settings;
        this.stillAllowed = stillAllowed;
        this.open = new FairShare(settings.maxOpen(), settings.maxPerTenant());
        Gauge.builder("merpati.gateway.event.streams", open, FairShare::held)
                .description("Streams of events that clients keep open")
                .register(metrics);
        this.refused = Counter.builder("merpati.gateway.event.streams.refused")
                .description("Streams of events that were refused since too many were open")
                .register(metrics);
    }

    /**
     * Writes events to the client until its stream ends.
     *
     * @param after begins with what comes after this event; null for what happens from now on
     */
    Mono<Void> open(TenantContext tenant, EventFilter filter, @Nullable EventId after, ServerWebExchange exchange) {
        return Mono.defer(() -> {
            if (!hub.isRunning()) {
                return Mono.error(Errors.unavailable("This gateway is stopping: try again")
                        .exception());
            }
            if (!open.take(tenant.tenantId(), 1)) {
                refused.increment();
                return Mono.error(tooMany(open.heldBy(tenant.tenantId())).exception());
            }
            return beginning(tenant.tenantId(), after)
                    .flatMap(cursor -> Mono.using(
                            () -> hub.join(tenant.tenantId()),
                            feed -> write(tenant, filter, feed, cursor, exchange),
                            hub::leave))
                    .doFinally(end -> open.giveBack(tenant.tenantId(), 1));
        });
    }

    /** An error of 410 when events after the one that is named are no longer kept: later nobody could be told. */
    private Mono<EventId> beginning(String tenantId, @Nullable EventId after) {
        return after == null
                ? reader.last(tenantId)
                : reader.read(tenantId, after, EventFilter.ALL, 1, 1).thenReturn(after);
    }

    private Mono<Void> write(
            TenantContext tenant, EventFilter filter, TenantFeed feed, EventId cursor, ServerWebExchange exchange) {
        if (!(ServerHttpRequestDecorator.getNativeRequest(exchange.getRequest()) instanceof Connection connection)) {
            return Mono.error(new IllegalStateException("the server is not Reactor Netty"));
        }
        ServerHttpResponse response = exchange.getResponse();
        response.setStatusCode(HttpStatus.OK);
        response.getHeaders().setContentType(MediaType.TEXT_EVENT_STREAM);
        response.getHeaders().setCacheControl("no-store");
        // For nginx, which would collect what is to arrive at once.
        response.getHeaders().set("X-Accel-Buffering", "no");
        EventStream stream = new EventStream(
                feed,
                hub,
                reader,
                filter,
                settings,
                connection.channel(),
                response.bufferFactory(),
                () -> stillAllowed.check(tenant, exchange),
                lifeOf(tenant),
                cursor);
        return response.writeAndFlushWith(stream.body());
    }

    /** Not the same for all, so that streams that were opened together do not all come back together. */
    private Duration lifeOf(TenantContext tenant) {
        Duration most = settings.life();
        if (tenant.keyId().equals(ConsoleIdentity.KEY_ID) && most.compareTo(LIFE_OF_BROWSERS) > 0) {
            most = LIFE_OF_BROWSERS;
        }
        long millis = most.toMillis();
        return Duration.ofMillis(millis - ThreadLocalRandom.current().nextLong(millis / 5 + 1));
    }

    private static ApiError tooMany(long mine) {
        return ApiError.of(
                        HttpStatus.TOO_MANY_REQUESTS,
                        "too_many_streams",
                        "You have " + mine + " streams of events open: close some, or use one for all sessions")
                .retryAfter(RETRY);
    }
}
