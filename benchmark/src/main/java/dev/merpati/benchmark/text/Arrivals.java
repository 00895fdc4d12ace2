package dev.merpati.benchmark.text;

import dev.merpati.cluster.SimulatorClient;

/** Compares what senders were told with what reached the phones. */
public final class Arrivals {
    private final SimulatorClient simulator;
    private final long messages;
    private final long undecryptable;

    /** Counts what arrives from now on. */
    public Arrivals(SimulatorClient simulator) {
        this.simulator = simulator;
        messages = simulator.stat("messages");
        undecryptable = simulator.stat("undecryptable");
    }

    /**
     * Requires that as many messages arrived as were acknowledged, and that the phones could decrypt those that they tried
     * to. Message ids are not compared: Cobalt as published uses some of them twice.
     *
     * @throws IllegalStateException when it is not so
     */
    public void require(long acknowledged) {
        var arrived = simulator.stat("messages") - messages;
        var unreadable = simulator.stat("undecryptable") - undecryptable;
        if (arrived != acknowledged || unreadable != 0) {
            throw new IllegalStateException(acknowledged + " messages were acknowledged; " + arrived
                    + " have reached the phones, which could not decrypt " + unreadable);
        }
    }
}
