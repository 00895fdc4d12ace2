package it.auties.whatsapp.socket;

import it.auties.whatsapp.model.node.Node;
import java.util.function.Consumer;
import org.jspecify.annotations.NullMarked;

/**
 * A {@link SocketHandler} that sees every node before Cobalt acts on it, and decides whether Cobalt does. Cobalt's own
 * listeners are called on a new thread for each node, in no order, and cannot hold anything back.
 */
@NullMarked
public interface NodeGate {

    /**
     * A node arrived. Called in the order of arrival, on the thread that hands in the bytes; a request that waits for
     * this node has been completed before.
     *
     * @param cobalt what Cobalt does with a node
     */
    void onNode(Node node, Consumer<Node> cobalt);

    /** Called by the transformed Cobalt. */
    static void pass(StreamHandler cobalt, Node node, SocketHandler handler) {
        if (handler instanceof NodeGate gate) {
            gate.onNode(node, cobalt::digest);
        } else {
            cobalt.digest(node);
        }
    }
}
