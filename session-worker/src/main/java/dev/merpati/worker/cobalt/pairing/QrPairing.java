package dev.merpati.worker.cobalt.pairing;

import dev.merpati.worker.cobalt.CobaltSettings;
import it.auties.whatsapp.controller.Keys;
import it.auties.whatsapp.model.node.Node;
import java.time.Duration;
import java.time.Instant;
import java.util.Base64;
import java.util.Collections;
import java.util.Iterator;
import java.util.List;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * Shows the QR codes of a pairing. The server hands out several references at once; each becomes a code that can be
 * scanned for a while, one after the other. Thread-safe.
 */
final class QrPairing {
    /** Where a phone that does not know the code's format is sent (whatsmeow {@code pair.go}). */
    private static final String ADDRESS = "https://wa.me/settings/linked_devices#";

    /** {@code PairClientChrome} in whatsmeow {@code pair-code.go}. */
    static final String CHROME = "1";

    private final Keys keys;
    private final AdvSecret secret;
    private final CobaltSettings.Timing timing;
    private final ScheduledExecutorService timer;
    private final Pairing.Listener listener;
    private Iterator<String> references = Collections.emptyIterator();
    private @Nullable ScheduledFuture<?> next;
    private boolean over;
    private boolean begun;
    private boolean lastShown;
    private Instant end = Instant.MIN;

    QrPairing(
            Keys keys,
            AdvSecret secret,
            CobaltSettings.Timing timing,
            ScheduledExecutorService timer,
            Pairing.Listener listener) {
        this.keys = keys;
        this.secret = secret;
        this.timing = timing;
        this.timer = timer;
        this.listener = listener;
    }

    /** @param pairDevice the node with the references */
    synchronized void begin(Node pairDevice) {
        List<String> all = pairDevice.listChildren("ref").stream()
                .flatMap(reference -> reference.contentAsString().stream())
                .toList();
        references = all.iterator();
        end = Instant.now()
                .plus(timing.firstQrCode())
                .plus(timing.nextQrCode().multipliedBy(Math.max(0, all.size() - 1)));
        begun = true;
        show(timing.firstQrCode());
    }

    synchronized void end() {
        over = true;
        if (next != null) {
            next.cancel(false);
        }
    }

    /** When the server stops to wait for a scan. */
    synchronized Instant endsAt() {
        return end;
    }

    /** Whether a code is shown. */
    synchronized boolean hasBegun() {
        return begun && !over;
    }

    /** Whether the last code is shown. */
    synchronized boolean isExhausted() {
        return lastShown && !over;
    }

    private synchronized void show(Duration lifetime) {
        if (over) {
            return;
        }
        if (!references.hasNext()) {
            listener.codesExhausted();
            return;
        }
        listener.qrCode(text(references.next()), Instant.now().plus(lifetime));
        lastShown = !references.hasNext();
        // The server ends the stream after the last one; a server that does not is not waited for much longer.
        next = timer.schedule(() -> show(timing.nextQrCode()), lifetime.toNanos(), TimeUnit.NANOSECONDS);
    }

    /** What a phone expects in a code: reference, Noise key, identity key, ADV secret, and the kind of client. */
    private String text(String reference) {
        Base64.Encoder base64 = Base64.getEncoder();
        return ADDRESS
                + String.join(
                        ",",
                        reference,
                        base64.encodeToString(keys.noiseKeyPair().publicKey()),
                        base64.encodeToString(keys.identityKeyPair().publicKey()),
                        base64.encodeToString(secret.bytes()),
                        CHROME);
    }
}
