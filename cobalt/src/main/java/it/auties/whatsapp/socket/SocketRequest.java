package it.auties.whatsapp.socket;

import it.auties.whatsapp.model.node.Node;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import org.jspecify.annotations.NullMarked;
import org.jspecify.annotations.Nullable;

/**
 * A node on its way out, and the answer to come. Replaces Cobalt's class of this name, whose timer lives for 60 s and
 * holds the node even when the answer came at once.
 *
 * @param id what the answer is found by; null when none is expected
 * @param body a {@link Node}, or the bytes of a handshake message
 * @param filter which of the nodes with this id is the answer; null for the first
 */
@NullMarked
public record SocketRequest(
        @Nullable String id,
        Object body,
        CompletableFuture<@Nullable Node> future,
        @Nullable Function<Node, Boolean> filter) {

    private static final long TIMEOUT_SECONDS = 60;

    SocketRequest(@Nullable String id, @Nullable Function<Node, Boolean> filter, Object body) {
        this(id, body, new CompletableFuture<@Nullable Node>(), filter);
        if (id != null) {
            // On this very future: completing it also cancels the timer.
            var _ = future.orTimeout(TIMEOUT_SECONDS, TimeUnit.SECONDS);
        }
    }

    /** Whether {@code response} was the answer. {@link Node#empty()} always is: the connection is over. */
    public boolean complete(Node response) {
        if (!response.equals(Node.empty()) && filter != null && !filter.apply(response)) {
            return false;
        }
        future.complete(response);
        return true;
    }
}
