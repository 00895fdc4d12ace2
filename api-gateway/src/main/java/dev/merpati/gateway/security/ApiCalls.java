package dev.merpati.gateway.security;

import dev.merpati.gateway.auth.ApiKeys;
import org.springframework.security.web.server.util.matcher.ServerWebExchangeMatcher;
import org.springframework.web.server.ServerWebExchange;
import org.springframework.web.util.pattern.PathPattern;
import org.springframework.web.util.pattern.PathPatternParser;
import reactor.core.publisher.Mono;

/**
 * Matches the requests of programs: calls of the API with a key, or with neither a key nor the cookie of a browser's
 * session. They need no protection against forgery, since no browser sends a key by itself.
 */
final class ApiCalls implements ServerWebExchangeMatcher {
    /** A pattern, since it decodes a path as the router does: {@code /%61pi} is {@code /api}. */
    private static final PathPattern API = PathPatternParser.defaultInstance.parse("/api/**");

    /** The operator's calls carry a credential of their own. */
    private static final PathPattern OPERATOR = PathPatternParser.defaultInstance.parse("/operator/**");

    static boolean isApi(ServerWebExchange exchange) {
        return API.matches(exchange.getRequest().getPath().pathWithinApplication());
    }

    @Override
    public Mono<MatchResult> matches(ServerWebExchange exchange) {
        boolean ofProgram = isApi(exchange)
                && (exchange.getRequest().getHeaders().containsHeader(ApiKeys.HEADER)
                        || SessionCookie.COOKIE.read(exchange).isEmpty());
        boolean ofOperator = OPERATOR.matches(exchange.getRequest().getPath().pathWithinApplication());
        return ofProgram || ofOperator ? MatchResult.match() : MatchResult.notMatch();
    }
}
