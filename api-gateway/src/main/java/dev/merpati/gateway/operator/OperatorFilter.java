package dev.merpati.gateway.operator;

import dev.merpati.gateway.error.ApiError;
import dev.merpati.gateway.web.FilterOrder;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import org.springframework.core.annotation.Order;
import org.springframework.http.HttpStatus;
import org.springframework.stereotype.Component;
import org.springframework.web.server.ResponseStatusException;
import org.springframework.web.server.ServerWebExchange;
import org.springframework.web.server.WebFilter;
import org.springframework.web.server.WebFilterChain;
import org.springframework.web.util.pattern.PathPattern;
import org.springframework.web.util.pattern.PathPatternParser;
import reactor.core.publisher.Mono;

/** Lets nobody but the operator into {@code /operator}, which does not exist where no key is set. */
@Component
@Order(FilterOrder.AUTHENTICATION)
final class OperatorFilter implements WebFilter {
    private static final String HEADER = "X-Operator-Key";
    private static final PathPattern OPERATOR = PathPatternParser.defaultInstance.parse("/operator/**");

    private final OperatorSettings settings;
    private final Counter refused;

    OperatorFilter(OperatorSettings settings, MeterRegistry metrics) {
        this.settings = settings;
        this.refused = Counter.builder("merpati.gateway.operator.refused")
                .description("Requests to the operator API without its key")
                .register(metrics);
    }

    @Override
    public Mono<Void> filter(ServerWebExchange exchange, WebFilterChain chain) {
        if (!OPERATOR.matches(exchange.getRequest().getPath().pathWithinApplication())) {
            return chain.filter(exchange);
        }
        String wanted = settings.operatorKey();
        if (wanted == null) {
            return Mono.error(new ResponseStatusException(HttpStatus.NOT_FOUND));
        }
        String found = exchange.getRequest().getHeaders().getFirst(HEADER);
        if (found == null || !isSame(wanted, found)) {
            refused.increment();
            return Mono.error(ApiError.of(
                            HttpStatus.UNAUTHORIZED,
                            "unauthorized",
                            "The operator key is missing or not valid: check the " + HEADER + " header")
                    .exception());
        }
        return chain.filter(exchange);
    }

    private static boolean isSame(String wanted, String found) {
        return MessageDigest.isEqual(wanted.getBytes(StandardCharsets.UTF_8), found.getBytes(StandardCharsets.UTF_8));
    }
}
