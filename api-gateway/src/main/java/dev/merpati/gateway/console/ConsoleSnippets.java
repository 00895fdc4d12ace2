package dev.merpati.gateway.console;

import dev.merpati.gateway.docs.ExampleRequest;
import dev.merpati.gateway.docs.PublicUrl;
import dev.merpati.gateway.docs.Snippets;
import dev.merpati.gateway.session.SessionView;
import java.util.List;
import java.util.Map;
import org.springframework.stereotype.Component;
import org.springframework.web.server.ServerWebExchange;
import tools.jackson.databind.json.JsonMapper;

/** Code to be copied from a session's page, with the session's own id and the address that the page was asked at. */
@Component
class ConsoleSnippets {
    private final PublicUrl publicUrl;
    private final JsonMapper json;

    ConsoleSnippets(PublicUrl publicUrl, JsonMapper json) {
        this.publicUrl = publicUrl;
        this.json = json;
    }

    /** A send of this session, in every language. */
    List<Snippets.Snippet> send(ServerWebExchange exchange, SessionView session) {
        ExampleRequest request = new ExampleRequest(
                "POST",
                "/api/sessions/" + session.id() + "/send",
                Map.of(),
                json.valueToTree(Map.of("to", "6281234567890", "message", "Hello from my software!")),
                false);
        return Snippets.of(request, publicUrl.of(exchange.getRequest()));
    }
}
