package dev.merpati.worker.cobalt.pairing;

import dev.merpati.worker.cobalt.CobaltSettings;
import it.auties.whatsapp.controller.Keys;
import it.auties.whatsapp.model.node.Node;
import java.time.Instant;
import java.util.concurrent.ScheduledExecutorService;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Links a new device to a phone, on one stream. Thread-safe. */
public final class Pairing {
    /** Shows a QR code. */
    public interface Display {
        void show(String text, Instant expiresAt);
    }

    private static final Logger log = LoggerFactory.getLogger(Pairing.class);

    private final Keys keys;
    private final AdvSecret secret = new AdvSecret();
    private final QrPairing qrCodes;

    /** @param exhausted called when the last QR code is not scanned in its time */
    public Pairing(
            Keys keys,
            CobaltSettings.Timing timing,
            ScheduledExecutorService timer,
            Display display,
            Runnable exhausted) {
        this.keys = keys;
        qrCodes = new QrPairing(keys, secret, timing, timer, display, exhausted);
    }

    /** @param pairDevice the node with the references for QR codes */
    public void begin(Node pairDevice) {
        qrCodes.begin(pairDevice);
    }

    /** Shows no further code. */
    public void end() {
        qrCodes.end();
    }

    /** Whether a code is shown. */
    public boolean hasBegun() {
        return qrCodes.hasBegun();
    }

    /** Whether the last code is shown. */
    public boolean isExhausted() {
        return qrCodes.isExhausted();
    }

    /**
     * Checks that the phone's owner has linked this device, rather than somebody on the way.
     *
     * @param sender sends a stanza, unless all is in order
     * @return null if something is wrong, which the server was told
     */
    public @Nullable PairSuccess verify(Node iq, Consumer<Node> sender) {
        try {
            return PairSuccess.verify(iq, secret.bytes(), keys.identityKeyPair());
        } catch (PairingRefusedException e) {
            log.warn("A pairing is refused: {}", e.getMessage());
            sender.accept(PairSuccess.refusal(iq, e));
            return null;
        }
    }
}
