package dev.merpati.gateway.security;

import dev.merpati.gateway.error.ApiError;
import java.net.URI;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import org.springframework.http.HttpHeaders;
import org.springframework.http.HttpMethod;
import org.springframework.http.HttpStatus;
import org.springframework.http.MediaType;
import org.springframework.http.server.reactive.ServerHttpRequest;
import org.springframework.security.core.AuthenticationException;
import org.springframework.security.web.server.ServerAuthenticationEntryPoint;
import org.springframework.web.server.ServerWebExchange;
import reactor.core.publisher.Mono;

/**
 * Leads a browser that is not logged in to the login page, and from there back. A program is told nothing of which pages
 * there are.
 */
final class LoginEntryPoint implements ServerAuthenticationEntryPoint {
    private static final String HTMX = "HX-Request";

    @Override
    public Mono<Void> commence(ServerWebExchange exchange, AuthenticationException failure) {
        ServerHttpRequest request = exchange.getRequest();
        if (!isBrowser(request)) {
            return Mono.error(ApiError.of(HttpStatus.NOT_FOUND, "path_not_found", "No such path: check the URL")
                    .exception());
        }
        return Mono.fromRunnable(() -> {
            exchange.getResponse().setStatusCode(HttpStatus.SEE_OTHER);
            exchange.getResponse().getHeaders().setLocation(loginPage(exchange));
        });
    }

    private static URI loginPage(ServerWebExchange exchange) {
        ServerHttpRequest request = exchange.getRequest();
        StringBuilder page = new StringBuilder("/login");
        char separator = '?';
        if (!SessionCookie.COOKIE.read(exchange).isEmpty()) {
            page.append(separator).append("expired");
            separator = '&';
        }
        if (HttpMethod.GET.equals(request.getMethod()) && !request.getHeaders().containsHeader(HTMX)) {
            String path = request.getURI().getRawPath();
            String query = request.getURI().getRawQuery();
            page.append(separator)
                    .append("next=")
                    .append(URLEncoder.encode(query == null ? path : path + "?" + query, StandardCharsets.UTF_8));
        }
        return URI.create(page.toString());
    }

    private static boolean isBrowser(ServerHttpRequest request) {
        return request.getHeaders().containsHeader(HTMX)
                || request.getHeaders().getOrEmpty(HttpHeaders.ACCEPT).stream()
                        .anyMatch(accept -> accept.contains(MediaType.TEXT_HTML_VALUE));
    }
}
