package dev.merpati.worker.cobalt;

import it.auties.whatsapp.model.node.Attributes;
import it.auties.whatsapp.model.node.Node;
import java.util.HexFormat;
import java.util.concurrent.ThreadLocalRandom;
import java.util.stream.Stream;

/** The query by which WhatsApp tells about users. */
final class Usync {
    private Usync() {}

    static Node query(String context, Node what, Node... users) {
        var attributes = Attributes.of()
                .put(
                        "sid",
                        HexFormat.of().toHexDigits(ThreadLocalRandom.current().nextLong()))
                .put("mode", "query")
                .put("last", "true")
                .put("index", "0")
                .put("context", context);
        return Node.of("usync", attributes, Node.of("query", what), Node.of("list", users));
    }

    static Stream<Node> users(Node answer) {
        return answer.findChild("usync").flatMap(usync -> usync.findChild("list")).stream()
                .flatMap(list -> list.streamChildren("user"));
    }
}
