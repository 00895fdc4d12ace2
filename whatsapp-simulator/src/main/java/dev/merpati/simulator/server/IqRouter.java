package dev.merpati.simulator.server;

import dev.merpati.simulator.node.Node;
import dev.merpati.simulator.phone.Companion;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Finds who answers a client's query. A query that nobody knows gets WhatsApp's 501. */
final class IqRouter {
    private static final Logger LOG = LoggerFactory.getLogger(IqRouter.class);
    private static final int NOT_IMPLEMENTED = 501;

    private final List<IqHandler> handlers;

    IqRouter(List<IqHandler> handlers) {
        this.handlers = handlers;
    }

    void route(Connection connection, Companion companion, Node iq) {
        if (iq.has("type", "result") || iq.has("type", "error")) {
            return;
        }
        for (IqHandler handler : handlers) {
            Optional<CompletableFuture<Node>> answer = handler.answer(companion, iq);
            if (answer.isPresent()) {
                var _ = answer.get().thenAccept(connection::send);
                return;
            }
        }
        LOG.debug("Nobody answers {}", iq);
        connection.send(Stanza.iqError(iq, NOT_IMPLEMENTED, "feature-not-implemented"));
    }
}
