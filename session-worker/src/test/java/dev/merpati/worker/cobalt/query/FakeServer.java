package dev.merpati.worker.cobalt.query;

import dev.merpati.worker.cobalt.engine.StanzaChannel;
import it.auties.whatsapp.model.node.Attributes;
import it.auties.whatsapp.model.node.Node;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.UnaryOperator;

/** Answers queries in WhatsApp's place as it is told to, at once, and keeps what it was asked. Thread-safe. */
public final class FakeServer implements StanzaChannel {
    private final List<Node> asked = new CopyOnWriteArrayList<>();
    private volatile UnaryOperator<Node> answer = _ -> result();

    /** From now on answers with what this makes of each query. */
    public void answers(UnaryOperator<Node> with) {
        answer = with;
    }

    public static Node result(Node... content) {
        return Node.of("iq", Attributes.of().put("type", "result"), content);
    }

    public static Node error(int code) {
        return Node.of(
                "iq",
                Attributes.of().put("type", "error"),
                Node.of("error", Attributes.of().put("code", String.valueOf(code))));
    }

    /** The connection is lost before there is an answer. */
    public static Node nothing() {
        return Node.of("");
    }

    /** Returns the queries so far that have a child of this name, the earliest first. */
    public List<Node> asked(String child) {
        return asked.stream().filter(query -> query.hasNode(child)).toList();
    }

    @Override
    public boolean send(Node stanza) {
        throw new AssertionError("sent without a query: " + stanza.description());
    }

    @Override
    public CompletableFuture<Node> request(Node query) {
        asked.add(query);
        return CompletableFuture.completedFuture(answer.apply(query));
    }
}
