package dev.merpati.worker.cobalt.pairing;

import dev.merpati.model.session.PasskeyChallenge;
import dev.merpati.worker.cobalt.CobaltSettings;
import dev.merpati.worker.cobalt.query.Deadline;
import dev.merpati.worker.cobalt.query.IqClient;
import dev.merpati.worker.whatsapp.PairingCodeResult;
import dev.merpati.worker.whatsapp.PasskeyResult;
import it.auties.whatsapp.controller.Keys;
import it.auties.whatsapp.model.node.Node;
import java.time.Duration;
import java.time.Instant;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Links a new device to a phone, on one stream: by a QR code or a code that is typed in, and with the account's passkey
 * where WhatsApp wants it. Thread-safe.
 */
public final class Pairing {
    private static final Logger log = LoggerFactory.getLogger(Pairing.class);

    /** What happens meanwhile. */
    public interface Listener {
        void qrCode(String text, Instant expiresAt);

        /** WhatsApp goes on only with a signature by the account's passkey. */
        void passkeyRequired(PasskeyChallenge challenge);

        /** Nobody has scanned the last QR code in its time. */
        void codesExhausted();

        /** WhatsApp waited for the passkey long enough. */
        void passkeyMissing();

        /** The pairing cannot be completed. */
        void failed();
    }

    private final Keys keys;
    private final AdvSecret secret = new AdvSecret();
    private final QrPairing qrCodes;
    private final CodePairing codePairing;
    private final PasskeyPairing passkey;
    private final Listener listener;
    private final ScheduledExecutorService timer;
    private final Duration responseTimeout;
    private @Nullable ScheduledFuture<?> passkeyExpiry;
    private boolean over;

    /** @param iq on the stream that pairs */
    public Pairing(
            Keys keys, IqClient iq, CobaltSettings.Timing timing, ScheduledExecutorService timer, Listener listener) {
        this.keys = keys;
        this.listener = listener;
        this.timer = timer;
        this.responseTimeout = timing.answer();
        qrCodes = new QrPairing(keys, secret, timing, timer, listener);
        codePairing = new CodePairing(keys, secret, iq);
        passkey = new PasskeyPairing(keys, secret, iq);
    }

    /** @param pairDevice the node with the references for QR codes */
    public void begin(Node pairDevice) {
        qrCodes.begin(pairDevice);
    }

    /** Shows no further code. */
    public void end() {
        qrCodes.end();
        synchronized (this) {
            over = true;
            if (passkeyExpiry != null) {
                passkeyExpiry.cancel(false);
            }
        }
    }

    /** Whether a code is shown. */
    public boolean hasBegun() {
        return qrCodes.hasBegun();
    }

    /** Whether the last code is shown. */
    public boolean isExhausted() {
        return qrCodes.isExhausted();
    }

    /** Whether WhatsApp has asked for the account's passkey. */
    public boolean wantsPasskey() {
        return passkey.isUnderWay();
    }

    /** Asks for a code that the phone's owner types in; it replaces the one before. Blocks. */
    public PairingCodeResult requestCode(String phoneNumber, Duration timeout) {
        if (!qrCodes.hasBegun()) {
            return new PairingCodeResult.NotPairing("WhatsApp does not offer to pair now");
        }
        return codePairing.request(phoneNumber, qrCodes.endsAt(), Deadline.in(timeout));
    }

    /** Hands a signature by the account's passkey to WhatsApp. Blocks. */
    public PasskeyResult answerPasskey(String assertion, Duration timeout) {
        return passkey.answer(assertion, Deadline.in(timeout));
    }

    /** Handles a notification that was acknowledged. For the thread that reads. */
    public void notification(Node notification) {
        switch (notification.attributes().getString("type")) {
            case "link_code_companion_reg" -> inBackground(() -> codePairing.entered(notification, deadline()));
            case "passkey_prologue_request" -> inBackground(() -> passkeyRequested(notification));
            case "crsc_continuation" ->
                inBackground(() -> {
                    if (!passkey.continued(notification, deadline())) {
                        listener.failed();
                    }
                });
            default -> {
                // Nothing that concerns a device which is not linked.
            }
        }
    }

    private void passkeyRequested(Node notification) {
        PasskeyChallenge challenge = passkey.requested(notification, deadline()).orElse(null);
        if (challenge == null) {
            listener.failed();
            return;
        }
        // A phone has scanned the code, so nobody else should.
        qrCodes.end();
        synchronized (this) {
            if (over) {
                return;
            }
            if (passkeyExpiry != null) {
                passkeyExpiry.cancel(false);
            }
            passkeyExpiry = timer.schedule(
                    listener::passkeyMissing,
                    Duration.between(Instant.now(), challenge.expiresAt()).toMillis(),
                    TimeUnit.MILLISECONDS);
        }
        listener.passkeyRequired(challenge);
    }

    private Deadline deadline() {
        return Deadline.in(responseTimeout);
    }

    private static void inBackground(Runnable step) {
        Thread.ofVirtual().name("whatsapp-pairing").start(() -> {
            try {
                step.run();
            } catch (RuntimeException e) {
                log.error("A step of a pairing failed with {}", e.getClass().getName());
            }
        });
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
