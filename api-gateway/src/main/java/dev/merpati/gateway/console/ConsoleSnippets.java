package dev.merpati.gateway.console;

import dev.merpati.gateway.session.SessionView;
import java.util.List;
import org.springframework.stereotype.Component;
import org.springframework.web.server.ServerWebExchange;

@Component
class ConsoleSnippets {
    List<Object> send(ServerWebExchange exchange, SessionView session) {
        return List.of();
    }
}
