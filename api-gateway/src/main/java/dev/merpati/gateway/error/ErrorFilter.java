package dev.merpati.gateway.error;

import dev.merpati.gateway.redis.RedisOutage;
import dev.merpati.gateway.web.FilterOrder;
import dev.merpati.gateway.web.LingeringRequest;
import dev.merpati.gateway.web.RequestContext;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.core.annotation.Order;
import org.springframework.core.io.buffer.DataBuffer;
import org.springframework.http.HttpHeaders;
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

    private final JsonMapper json;
    private final RedisOutage redisOutage;

    ErrorFilter(JsonMapper json, RedisOutage redisOutage) {
        this.json = json;
        this.redisOutage = redisOutage;
    }

    @Override
    public Mono<Void> filter(ServerWebExchange exchange, WebFilterChain chain) {
        LingeringRequest request = new LingeringRequest(exchange.getRequest());
        return chain.filter(exchange.mutate().request(request).build())
                .onErrorResume(failure -> exchange.getResponse().isCommitted()
                        ? tooLate(failure)
                        : request.finish()
                                .flatMap(finished ->
                                        RequestContext.within(() -> answer(exchange, failure, request, finished))));
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
        ApiError error = ErrorTranslation.translate(failure);
        response.setStatusCode(error.status());
        response.getHeaders().clearContentHeaders();
        response.getHeaders().setContentType(MediaType.APPLICATION_JSON);
        if (failure instanceof MethodNotAllowedException method) {
            response.getHeaders().setAllow(method.getSupportedMethods());
        }
        Duration retryAfter = error.retryAfter();
        if (retryAfter != null) {
            response.getHeaders().set(HttpHeaders.RETRY_AFTER, String.valueOf(wholeSeconds(retryAfter)));
        }
        Map<String, Object> body = new LinkedHashMap<>();
        body.put("success", false);
        body.putAll(error.fields());
        byte[] bytes = json.writeValueAsBytes(body);
        Mono<DataBuffer> content =
                Mono.fromSupplier(() -> response.bufferFactory().wrap(bytes));
        if (finished) {
            return response.writeWith(content);
        }
        response.getHeaders().setConnection("close");
        response.getHeaders().setContentLength(bytes.length);
        return response.writeAndFlushWith(
                Flux.concat(Mono.just(content), request.linger().then(Mono.empty())));
    }

    private static long wholeSeconds(Duration duration) {
        return Math.max(1, duration.plusMillis(999).toSeconds());
    }
}
