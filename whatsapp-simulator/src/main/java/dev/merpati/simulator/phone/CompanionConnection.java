package dev.merpati.simulator.phone;

import dev.merpati.simulator.node.Node;

/** The way to a companion that is logged in. Thread-safe; never blocks. */
public interface CompanionConnection {
    void send(Node node);

    /** Sends a last node and closes. */
    void end(Node last);
}
