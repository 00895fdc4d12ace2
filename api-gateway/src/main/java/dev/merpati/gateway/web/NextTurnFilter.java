package dev.merpati.gateway.web;

import org.springframework.core.annotation.Order;
import org.springframework.http.server.reactive.ServerHttpRequestDecorator;
import org.springframework.stereotype.Component;
import org.springframework.web.server.ServerWebExchange;
import org.springframework.web.server.WebFilter;
import org.springframework.web.server.WebFilterChain;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Schedulers;
import reactor.netty.Connection;

/**
 * Begins with a request in the next turn of its event loop, when the server has seen the end of it. What needs nothing of Redis,
 * such as a page or the answer to a preflight, would be answered while the server still reads the request's head; now and then it
 * then never reads from that connection again, and the client's next request is not answered.
 */
@Component
@Order(FilterOrder.NEXT_TURN)
final class NextTurnFilter implements WebFilter {
    @Override
    public Mono<Void> filter(ServerWebExchange exchange, WebFilterChain chain) {
        return ServerHttpRequestDecorator.getNativeRequest(exchange.getRequest()) instanceof Connection connection
                ? Mono.defer(() -> chain.filter(exchange))
                        .subscribeOn(
                                Schedulers.fromExecutor(connection.channel().eventLoop()))
                : chain.filter(exchange);
    }
}
