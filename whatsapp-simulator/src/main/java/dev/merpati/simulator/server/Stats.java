package dev.merpati.simulator.server;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.atomic.LongAdder;

/** What happened since the start. Thread-safe. */
public final class Stats {
    final LongAdder connections = new LongAdder();
    final LongAdder openConnections = new LongAdder();
    final LongAdder logins = new LongAdder();
    final LongAdder pairings = new LongAdder();
    final LongAdder messages = new LongAdder();
    final LongAdder distinctMessages = new LongAdder();
    /** Copies for phones that begin a Signal session, or whose sender has not heard from the phone in it yet. */
    final LongAdder preKeyMessages = new LongAdder();

    /** Messages that were acknowledged, but addressed to an alias, which reaches nobody. */
    final LongAdder undeliverable = new LongAdder();

    final LongAdder undecryptable = new LongAdder();
    final LongAdder numberChecks = new LongAdder();
    final LongAdder mediaUploads = new LongAdder();
    final LongAdder replacedConnections = new LongAdder();

    /** The counters under their names in the control API. */
    public Map<String, Long> values() {
        long stanzas = messages.sum();
        long distinct = Math.min(distinctMessages.sum(), stanzas);
        Map<String, Long> values = new LinkedHashMap<>();
        values.put("connections", connections.sum());
        values.put("openConnections", openConnections.sum());
        values.put("logins", logins.sum());
        values.put("pairings", pairings.sum());
        values.put("messages", stanzas);
        values.put("distinctMessages", distinct);
        values.put("duplicateMessages", stanzas - distinct);
        values.put("preKeyMessages", preKeyMessages.sum());
        values.put("undeliverable", undeliverable.sum());
        values.put("undecryptable", undecryptable.sum());
        values.put("numberChecks", numberChecks.sum());
        values.put("mediaUploads", mediaUploads.sum());
        values.put("replacedConnections", replacedConnections.sum());
        return values;
    }

    /** Back to zero, but for the connections that are still open. */
    public void reset() {
        connections.reset();
        logins.reset();
        pairings.reset();
        messages.reset();
        distinctMessages.reset();
        preKeyMessages.reset();
        undeliverable.reset();
        undecryptable.reset();
        numberChecks.reset();
        mediaUploads.reset();
        replacedConnections.reset();
    }
}
