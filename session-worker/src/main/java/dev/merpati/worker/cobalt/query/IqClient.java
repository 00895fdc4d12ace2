package dev.merpati.worker.cobalt.query;

import dev.merpati.worker.cobalt.engine.StanzaChannel;
import it.auties.whatsapp.model.jid.JidServer;
import it.auties.whatsapp.model.node.Attributes;
import it.auties.whatsapp.model.node.Node;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/** Sends {@code iq} queries and waits for the responses. Must not be used on the thread that reads the responses. */
public final class IqClient {
    private static final int REQUEST_TIMEOUT = 408;
    private static final int TOO_MANY_REQUESTS = 429;
    private static final int SERVER_ERRORS = 500;

    private final StanzaChannel channel;
    private final Duration responseTimeout;

    /** @param responseTimeout the longest wait for one response */
    public IqClient(StanzaChannel channel, Duration responseTimeout) {
        this.channel = channel;
        this.responseTimeout = responseTimeout;
    }

    /** How a query ended. */
    public sealed interface Response {}

    public record Result(Node node) implements Response {}

    /** The server responded with an error; {@code code} is 0 when it gave none. */
    public record Refused(int code) implements Response {}

    /** No response: the time was up, or the connection was lost. */
    public record Missing(boolean connectionLost) implements Response {}

    public Response query(String type, String namespace, Deadline deadline, Node... content) {
        CompletableFuture<Node> response = channel.request(iq(type, namespace, content));
        try {
            Node node = response.get(deadline.left(responseTimeout).toNanos(), TimeUnit.NANOSECONDS);
            if (!node.hasDescription("iq")) {
                return new Missing(true);
            }
            return node.attributes().hasValue("type", "error") ? new Refused(errorCode(node)) : new Result(node);
        } catch (TimeoutException e) {
            response.cancel(false);
            return new Missing(false);
        } catch (ExecutionException e) {
            response.cancel(false);
            return new Missing(true);
        } catch (InterruptedException e) {
            response.cancel(false);
            Thread.currentThread().interrupt();
            return new Missing(true);
        }
    }

    public static Node iq(String type, String namespace, Node... content) {
        Attributes attributes = Attributes.of()
                .put("xmlns", namespace)
                .put("to", JidServer.whatsapp().toJid())
                .put("type", type);
        return Node.of("iq", attributes, content);
    }

    /** Builds the empty result for a query of the server's. */
    public static Node emptyResult(Node query) {
        Attributes attributes = Attributes.of()
                .put("id", query.id())
                .put("to", JidServer.whatsapp().toJid())
                .put("type", "result");
        return Node.of("iq", attributes);
    }

    /** Whether an error is a trouble of the server that may pass, rather than about what was asked. */
    public static boolean isPassing(int code) {
        return code == REQUEST_TIMEOUT || code == TOO_MANY_REQUESTS || code >= SERVER_ERRORS;
    }

    /** Returns the code of a node's {@code error} child, 0 if there is none. */
    public static int errorCode(Node node) {
        return node.findChild("error")
                .map(error -> error.attributes().getInt("code"))
                .orElse(0);
    }
}
