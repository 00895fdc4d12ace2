package dev.merpati.worker.cobalt.stream;

import dev.merpati.worker.whatsapp.SessionRecords;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Which of WhatsApp's front ends a session is to be led to. The server tells it after each login ({@code
 * ib/edge_routing}); clients put it before the first bytes of their next connection (Baileys {@code noise-handler.ts}).
 * A connection without it works as well, so what goes wrong here is only logged. Calls block.
 */
final class EdgeRouting {
    private static final Logger log = LoggerFactory.getLogger(EdgeRouting.class);
    private static final String RECORD = "routing-info";
    /** Of 3 bytes of length; real ones have less than 20. */
    private static final int LONGEST = 4096;

    private final SessionRecords records;

    EdgeRouting(SessionRecords records) {
        this.records = records;
    }

    /** Returns what goes before the first bytes of a connection; empty when the server has told nothing yet. */
    byte[] prefix() {
        byte[] routing = load();
        if (routing == null || routing.length == 0 || routing.length > LONGEST) {
            return new byte[0];
        }
        byte[] prefix = new byte[7 + routing.length];
        prefix[0] = 'E';
        prefix[1] = 'D';
        prefix[3] = 1;
        prefix[4] = (byte) (routing.length >> 16);
        prefix[5] = (byte) (routing.length >> 8);
        prefix[6] = (byte) routing.length;
        System.arraycopy(routing, 0, prefix, 7, routing.length);
        return prefix;
    }

    void told(byte[] routing) {
        if (routing.length > LONGEST || Arrays.equals(routing, load())) {
            return;
        }
        try {
            records.save(Map.of(RECORD, routing));
        } catch (RuntimeException e) {
            log.debug("Routing information is not stored: {}", e.toString());
        }
    }

    private byte @Nullable [] load() {
        try {
            return records.load(List.of(RECORD)).get(RECORD);
        } catch (RuntimeException e) {
            log.debug("Routing information is not read: {}", e.toString());
            return null;
        }
    }
}
