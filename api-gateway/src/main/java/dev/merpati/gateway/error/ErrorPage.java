package dev.merpati.gateway.error;

import org.springframework.web.server.ServerWebExchange;
import reactor.core.publisher.Mono;

/** Shows an error to a person, in the browser. */
public interface ErrorPage {
    /** Whether the request is a browser's for a page. */
    boolean isWanted(ServerWebExchange exchange);

    /** Writes the page as the answer's body; the status and the headers are set. */
    Mono<Void> write(ServerWebExchange exchange, ApiError error);
}
