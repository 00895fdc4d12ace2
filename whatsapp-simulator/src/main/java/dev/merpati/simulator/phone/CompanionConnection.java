package dev.merpati.simulator.phone;

import dev.merpati.simulator.node.Node;

/** The way to a companion that is logged in. Thread-safe; never blocks. */
public interface CompanionConnection {
    void send(Node node);

    /** The host, with its port if it is not the usual one, that the client has connected to. */
    String host();

    /** Sends a last node and closes. */
    void end(Node last);
}
