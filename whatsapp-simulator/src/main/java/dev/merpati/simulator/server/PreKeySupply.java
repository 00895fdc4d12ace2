package dev.merpati.simulator.server;

import dev.merpati.simulator.node.Jid;
import dev.merpati.simulator.node.Node;
import dev.merpati.simulator.phone.Companion;
import dev.merpati.simulator.signal.PreKeyBundle;
import java.time.Clock;
import java.util.UUID;

/** Hands out the pre-keys of companions, and asks a companion for more before they run out. Thread-safe. */
final class PreKeySupply {
    /** With so few left, WhatsApp asks; once more when the last one is gone. */
    private static final int FEW = 10;

    private final Clock clock;

    PreKeySupply(Clock clock) {
        this.clock = clock;
    }

    /** What somebody needs to write to a companion; uses one one-time pre-key up. */
    PreKeyBundle take(Companion companion) {
        PreKeyBundle bundle = companion.keys().bundle();
        int left = companion.keys().left();
        if (bundle.oneTimeKey() instanceof PreKeyBundle.Some && (left == FEW || left == 0)) {
            companion.deliver(Node.of("notification", Node.of("count").with("value", String.valueOf(left)))
                    .with("from", Jid.USERS)
                    .with("type", "encrypt")
                    .with("id", UUID.randomUUID().toString())
                    .with("t", Stanza.seconds(clock)));
        }
        return bundle;
    }
}
