package dev.merpati.worker.cobalt;

import it.auties.whatsapp.model.jid.JidServer;
import it.auties.whatsapp.model.node.Attributes;
import it.auties.whatsapp.model.node.Node;
import it.auties.whatsapp.socket.SocketHandler;
import java.time.Duration;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/** Asks the server something and waits for the answer. Not to be used on the thread that reads the answers. */
final class Queries {
    private final SocketHandler socket;
    private final Duration patience;

    /** @param patience how long to wait for an answer at most */
    Queries(SocketHandler socket, Duration patience) {
        this.socket = socket;
        this.patience = patience;
    }

    Answer ask(String type, String namespace, Deadline deadline, Node... content) {
        var answer = socket.sendNode(iq(type, namespace, content));
        try {
            var node = answer.get(deadline.left(patience).toNanos(), TimeUnit.NANOSECONDS);
            if (!node.hasDescription("iq")) {
                return new Answer.Missing();
            }
            return node.attributes().hasValue("type", "error")
                    ? new Answer.Refused(errorCode(node))
                    : new Answer.Result(node);
        } catch (TimeoutException | ExecutionException e) {
            answer.cancel(false);
            return new Answer.Missing();
        } catch (InterruptedException e) {
            answer.cancel(false);
            Thread.currentThread().interrupt();
            return new Answer.Missing();
        }
    }

    static Node iq(String type, String namespace, Node... content) {
        var attributes = Attributes.of()
                .put("xmlns", namespace)
                .put("to", JidServer.whatsapp().toJid())
                .put("type", type);
        return Node.of("iq", attributes, content);
    }

    /** The empty answer to a query of the server's. */
    static Node reply(Node query) {
        var attributes = Attributes.of()
                .put("id", query.id())
                .put("to", JidServer.whatsapp().toJid())
                .put("type", "result");
        return Node.of("iq", attributes);
    }

    /** The code of the {@code error} in a node, 0 if there is none. */
    static int errorCode(Node node) {
        return node.findChild("error")
                .map(error -> error.attributes().getInt("code"))
                .orElse(0);
    }
}
