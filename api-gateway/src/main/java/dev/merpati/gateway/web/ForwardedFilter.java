package dev.merpati.gateway.web;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.springframework.core.annotation.Order;
import org.springframework.http.server.reactive.ServerHttpRequest;
import org.springframework.stereotype.Component;
import org.springframework.web.server.ServerWebExchange;
import org.springframework.web.server.WebFilter;
import org.springframework.web.server.WebFilterChain;
import reactor.core.publisher.Mono;

/**
 * Gives a request that came through trusted proxies its client's address and scheme. The client is the rightmost address of
 * {@code X-Forwarded-For} that is not a trusted proxy: what stands left of it the client may have written itself. From
 * everybody else these headers are ignored.
 */
@Component
@Order(FilterOrder.FORWARDED)
final class ForwardedFilter implements WebFilter {
    private static final String FOR = "X-Forwarded-For";
    private static final String PROTO = "X-Forwarded-Proto";

    private final List<Network> trusted;

    ForwardedFilter(ProxySettings settings) {
        this.trusted = settings.trustedProxies().stream().map(Network::new).toList();
    }

    @Override
    public Mono<Void> filter(ServerWebExchange exchange, WebFilterChain chain) {
        ServerHttpRequest request = exchange.getRequest();
        InetSocketAddress peer = request.getRemoteAddress();
        if (trusted.isEmpty() || peer == null || !isTrusted(peer.getAddress())) {
            return chain.filter(exchange);
        }
        ServerHttpRequest.Builder changed = request.mutate();
        InetAddress client = clientOf(request);
        if (client != null) {
            changed.remoteAddress(new InetSocketAddress(client, peer.getPort()));
        }
        String scheme = schemeOf(request);
        if (scheme != null && request.getURI().isAbsolute()) {
            String uri = request.getURI().toString();
            changed.uri(URI.create(scheme + uri.substring(uri.indexOf(':'))));
        }
        return chain.filter(exchange.mutate().request(changed.build()).build());
    }

    /** Null when the proxies name no client that can be believed. */
    private @Nullable InetAddress clientOf(ServerHttpRequest request) {
        List<String> hops = splitAll(request.getHeaders().getOrEmpty(FOR));
        for (String hop : hops.reversed()) {
            InetAddress address = Network.addressOf(withoutPort(hop));
            if (address == null) {
                return null;
            }
            if (!isTrusted(address)) {
                return address;
            }
        }
        return null;
    }

    /** What the nearest proxy says; null when it says nothing, or something else than the two. */
    private static @Nullable String schemeOf(ServerHttpRequest request) {
        List<String> schemes = splitAll(request.getHeaders().getOrEmpty(PROTO));
        if (schemes.isEmpty()) {
            return null;
        }
        return switch (schemes.getLast()) {
            case "https" -> "https";
            case "http" -> "http";
            default -> null;
        };
    }

    private static List<String> splitAll(List<String> headers) {
        return headers.stream()
                .flatMap(header -> List.of(header.split(",", -1)).stream())
                .map(String::strip)
                .filter(text -> !text.isEmpty())
                .toList();
    }

    /** Some proxies write {@code 1.2.3.4:56} and {@code [2001:db8::1]:56}. */
    private static String withoutPort(String hop) {
        if (hop.startsWith("[")) {
            int end = hop.indexOf(']');
            return end < 0 ? hop : hop.substring(1, end);
        }
        int colon = hop.indexOf(':');
        return colon > 0 && colon == hop.lastIndexOf(':') ? hop.substring(0, colon) : hop;
    }

    private boolean isTrusted(@Nullable InetAddress address) {
        return address != null && trusted.stream().anyMatch(network -> network.contains(address));
    }
}
