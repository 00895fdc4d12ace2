package dev.merpati.simulator.server;

import dev.merpati.simulator.noise.NoisePattern;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.atomic.LongAdder;

/** What happened since the start. Thread-safe. */
public final class Stats {
    final LongAdder connections = new LongAdder();
    final LongAdder openConnections = new LongAdder();

    /** Handshakes in which the client resumed with the server's key of an earlier connection. */
    final LongAdder resumedHandshakes = new LongAdder();

    /** Handshakes in which it tried to, and the server turned it down. */
    final LongAdder fallbackHandshakes = new LongAdder();

    /** Connections that began with the routing information of an earlier one. */
    final LongAdder routedConnections = new LongAdder();

    /** Frames without content, which no client of WhatsApp's sends. */
    final LongAdder emptyFrames = new LongAdder();

    final LongAdder logins = new LongAdder();
    final LongAdder pairings = new LongAdder();
    final LongAdder messages = new LongAdder();
    final LongAdder distinctMessages = new LongAdder();
    /** Copies for phones that begin a Signal session, or whose sender has not heard from the phone in it yet. */
    final LongAdder preKeyMessages = new LongAdder();

    /** Messages that were acknowledged, but addressed to an alias, which reaches nobody. */
    final LongAdder undeliverable = new LongAdder();

    final LongAdder undecryptable = new LongAdder();
    /** Messages of phones that a companion confirmed although it cannot have decrypted them. */
    final LongAdder falselyDelivered = new LongAdder();

    /** How often clients fetched the keys with which Signal sessions begin. */
    final LongAdder keyQueries = new LongAdder();

    /** How often clients requested a message again that they could not decrypt. */
    final LongAdder retryRequests = new LongAdder();

    final LongAdder numberChecks = new LongAdder();
    /** Of how many users clients asked for the devices. */
    final LongAdder deviceQueries = new LongAdder();

    final LongAdder mediaUploads = new LongAdder();

    /** Uploads that were refused: without permission, of an unknown type, or of other bytes than announced. */
    final LongAdder mediaRefused = new LongAdder();

    final LongAdder replacedConnections = new LongAdder();

    void greeted(NoisePattern pattern) {
        switch (pattern) {
            case XX -> {
                // counted as a connection
            }
            case IK -> resumedHandshakes.increment();
            case XX_FALLBACK -> fallbackHandshakes.increment();
        }
    }

    /** The counters under their names in the control API. */
    public Map<String, Long> values() {
        long stanzas = messages.sum();
        long distinct = Math.min(distinctMessages.sum(), stanzas);
        Map<String, Long> values = new LinkedHashMap<>();
        values.put("connections", connections.sum());
        values.put("openConnections", openConnections.sum());
        values.put("resumedHandshakes", resumedHandshakes.sum());
        values.put("fallbackHandshakes", fallbackHandshakes.sum());
        values.put("routedConnections", routedConnections.sum());
        values.put("emptyFrames", emptyFrames.sum());
        values.put("logins", logins.sum());
        values.put("pairings", pairings.sum());
        values.put("messages", stanzas);
        values.put("distinctMessages", distinct);
        values.put("duplicateMessages", stanzas - distinct);
        values.put("preKeyMessages", preKeyMessages.sum());
        values.put("undeliverable", undeliverable.sum());
        values.put("undecryptable", undecryptable.sum());
        values.put("falselyDelivered", falselyDelivered.sum());
        values.put("keyQueries", keyQueries.sum());
        values.put("retryRequests", retryRequests.sum());
        values.put("numberChecks", numberChecks.sum());
        values.put("deviceQueries", deviceQueries.sum());
        values.put("mediaUploads", mediaUploads.sum());
        values.put("mediaRefused", mediaRefused.sum());
        values.put("replacedConnections", replacedConnections.sum());
        return values;
    }

    /** Back to zero, but for the connections that are still open. */
    public void reset() {
        connections.reset();
        resumedHandshakes.reset();
        fallbackHandshakes.reset();
        routedConnections.reset();
        emptyFrames.reset();
        logins.reset();
        pairings.reset();
        messages.reset();
        distinctMessages.reset();
        preKeyMessages.reset();
        undeliverable.reset();
        undecryptable.reset();
        falselyDelivered.reset();
        keyQueries.reset();
        retryRequests.reset();
        numberChecks.reset();
        deviceQueries.reset();
        mediaUploads.reset();
        mediaRefused.reset();
        replacedConnections.reset();
    }
}
