package dev.merpati.worker.cobalt.engine;

import it.auties.whatsapp.model.node.Node;
import java.util.concurrent.CompletableFuture;

/** Sends stanzas on an encrypted stream, in the order of the calls. Thread-safe. */
public interface StanzaChannel {

    /**
     * Sends a stanza that has no response, or whose response is found by its id.
     *
     * @return whether the socket has taken it; false when the connection is lost
     */
    boolean send(Node stanza);

    /**
     * Sends a query; it gets an id if it has none.
     *
     * @return completes with the response, or with an empty node when the connection is lost; exceptionally when the query
     *     could not be sent. Nobody waits for a response to one that is cancelled
     */
    CompletableFuture<Node> request(Node query);
}
