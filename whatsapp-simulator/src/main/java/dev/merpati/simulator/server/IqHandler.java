package dev.merpati.simulator.server;

import dev.merpati.simulator.node.Node;
import dev.merpati.simulator.phone.Companion;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;

/** Answers some kinds of queries. Called on event loops: must not block. */
interface IqHandler {
    /** The answer, or empty if the query is of no kind that this handler knows. A future that never completes is silence. */
    Optional<CompletableFuture<Node>> answer(Companion companion, Node iq);

    /** An answer that is there at once. */
    static Optional<CompletableFuture<Node>> now(Node answer) {
        return Optional.of(CompletableFuture.completedFuture(answer));
    }
}
