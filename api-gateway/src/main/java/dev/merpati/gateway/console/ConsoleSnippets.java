package dev.merpati.gateway.console;

import dev.merpati.gateway.docs.ExampleRequest;
import dev.merpati.gateway.docs.PublicUrl;
import dev.merpati.gateway.docs.Snippets;
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

    /** A send of a session, in every language; the reader puts in the key. */
    List<Snippets.Snippet> send(ServerWebExchange exchange, String sessionId) {
        ExampleRequest request = new ExampleRequest(
                "POST",
                "/api/sessions/" + sessionId + "/send",
                Map.of(),
                json.valueToTree(Map.of("to", "6281234567890", "message", "Hello from my software!")),
                false);
        return Snippets.of(request, publicUrl.of(exchange.getRequest()));
    }

    /** A send of a session with a key that was just made. */
    List<Snippets.Snippet> send(ServerWebExchange exchange, String sessionId, String apiKey) {
        return send(exchange, sessionId).stream()
                .map(snippet -> new Snippets.Snippet(
                        snippet.language(), snippet.name(), snippet.code().replace(Snippets.KEY_PLACEHOLDER, apiKey)))
                .toList();
    }
}
