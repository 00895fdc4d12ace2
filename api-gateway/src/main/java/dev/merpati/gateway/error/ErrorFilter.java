package dev.merpati.gateway.error;

import dev.merpati.gateway.redis.RedisOutage;
import dev.merpati.gateway.web.FilterOrder;
import dev.merpati.gateway.web.LingeringRequest;
import dev.merpati.gateway.web.RequestContext;
import java.time.Duration;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.core.annotation.Order;
import org.springframework.core.io.buffer.DataBuffer;
import org.springframework.http.HttpHeaders;
import org.springframework.http.HttpStatus;
import org.springframework.http.MediaType;
import org.springframework.http.server.reactive.ServerHttpResponse;
import org.springframework.stereotype.Component;
import org.springframework.web.server.MethodNotAllowedException;
import org.springframework.web.server.ServerWebExchange;
import org.springframework.web.server.WebFilter;
import org.springframework.web.server.WebFilterChain;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import tools.jackson.databind.json.JsonMapper;

/**
 * Answers every failed request with the one error body. A filter and not an exception handler, since it must run inside
 * of the request's context for its log lines to carry the request id.
 */
@Component
@Order(FilterOrder.ERRORS)
final class ErrorFilter implements WebFilter {
    private static final Logger log = LoggerFactory.getLogger(ErrorFilter.class);

    /** Reactor's name for who is told of an error that nobody waits for any more; else it is logged as an ERROR. */
    private static final String ERROR_DROPPED = "reactor.onErrorDropped.local";

    private final JsonMapper json;
    private final RedisOutage redisOutage;
    private final ErrorPage page;
    private final ErrorMetrics metrics;

    ErrorFilter(JsonMapper json, RedisOutage redisOutage, ErrorPage page, ErrorMetrics metrics) {
        this.json = json;
        this.redisOutage = redisOutage;
        this.page = page;
        this.metrics = metrics;
    }

    @Override
    public Mono<Void> filter(ServerWebExchange exchange, WebFilterChain chain) {
        LingeringRequest request = new LingeringRequest(exchange.getRequest());
        return chain.filter(exchange.mutate().request(request).build())
                .onErrorResume(failure -> exchange.getResponse().isCommitted()
                        ? tooLate(failure)
                        : (isTooSlow(failure) ? Mono.just(false) : request.finish())
                                .flatMap(finished ->
                                        RequestContext.within(() -> answer(exchange, failure, request, finished)))
                                .onErrorResume(unsent -> ErrorTranslation.hasHungUp(request), ErrorFilter::unsent))
                .contextWrite(context -> context.put(ERROR_DROPPED, (Consumer<Throwable>) ErrorFilter::dropped));
    }

    private static Mono<Void> unsent(Throwable failure) {
        log.debug("The client hung up before its answer: {}", failure.toString());
        return Mono.empty();
    }

    /** An error that comes after its request has ended, as of a command to Redis whose client has hung up. */
    private static void dropped(Throwable failure) {
        log.debug("An error came after the end of its request: {}", failure.toString());
    }

    private static boolean isTooSlow(Throwable failure) {
        return failure instanceof ApiException known && known.error().status() == HttpStatus.REQUEST_TIMEOUT;
    }

    private static Mono<Void> tooLate(Throwable failure) {
        return RequestContext.within(() -> {
            log.debug("The connection broke after the answer had begun: {}", failure.toString());
            return Mono.error(failure);
        });
    }

    /** Before the rest of a long request: a client that listens while it sends can stop. */
    private Mono<Void> answer(
            ServerWebExchange exchange, Throwable failure, LingeringRequest request, boolean finished) {
        ServerHttpResponse response = exchange.getResponse();
        if (ErrorTranslation.isRedisAway(failure)) {
            redisOutage.away(failure);
        }
        ApiError error = ErrorTranslation.translate(failure, request, ErrorTranslation.hasHungUp(request));
        metrics.answered(error);
        response.setStatusCode(error.status());
        response.getHeaders().clearContentHeaders();
        response.getHeaders().setContentType(MediaType.APPLICATION_JSON);
        if (failure instanceof MethodNotAllowedException method) {
            response.getHeaders().setAllow(method.getSupportedMethods());
        }
        if (error.location() != null) {
            response.getHeaders().setLocation(error.location());
        }
        Duration retryAfter = error.retryAfter();
        if (retryAfter != null) {
            response.getHeaders().set(HttpHeaders.RETRY_AFTER, String.valueOf(wholeSeconds(retryAfter)));
        }
        if (finished && page.isWanted(exchange)) {
            response.getHeaders().setContentType(MediaType.TEXT_HTML);
            return page.write(exchange, error);
        }
        byte[] bytes = json.writeValueAsBytes(error.body());
        Mono<DataBuffer> content =
                Mono.fromSupplier(() -> response.bufferFactory().wrap(bytes));
        if (finished) {
            return response.writeWith(content);
        }
        response.getHeaders().setConnection("close");
        if (isTooSlow(failure)) {
            // Who was too slow to send it is too slow to have it thrown away.
            return response.writeWith(content);
        }
        response.getHeaders().setContentLength(bytes.length);
        return response.writeAndFlushWith(
                Flux.concat(Mono.just(content), request.linger().then(Mono.empty())));
    }

    private static long wholeSeconds(Duration duration) {
        return Math.max(1, duration.plusMillis(999).toSeconds());
    }
}
