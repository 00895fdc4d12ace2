package dev.merpati.worker.cobalt.stream;

import dev.merpati.worker.cobalt.CobaltSettings;
import dev.merpati.worker.cobalt.keys.PreKeys;
import dev.merpati.worker.cobalt.keys.SignalKeyStore;
import dev.merpati.worker.cobalt.query.Deadline;
import dev.merpati.worker.cobalt.query.IqClient;
import dev.merpati.worker.cobalt.transport.SerialExecutor;
import it.auties.whatsapp.model.node.Node;
import it.auties.whatsapp.model.signal.keypair.SignalSignedKeyPair;
import java.math.BigInteger;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Keeps WhatsApp supplied with this device's pre-keys, as WhatsApp Web does: uploads when few are left, compares what
 * WhatsApp holds after each login and once a day, and renews the signed pre-key. One thing at a time; thread-safe.
 *
 * <p>Does not guarantee that WhatsApp has one-time keys at any moment: without them others begin sessions with the signed
 * pre-key alone. What fails here is tried again at the next occasion and ends no connection but the first.
 */
final class PreKeyUpkeep {
    private static final Logger log = LoggerFactory.getLogger(PreKeyUpkeep.class);

    /** With so few left, more are uploaded at login; while connected, WhatsApp says when (Baileys 5, whatsmeow 5). */
    private static final int FEW = 10;

    private static final int NOT_FOUND = 404;
    private static final int NOT_ACCEPTABLE = 406;
    private static final int CONFLICT = 409;
    private static final int SERVER_ERRORS = 500;

    private static final Duration DAY = Duration.ofDays(1);

    private final IqClient iq;
    private final PreKeys preKeys;
    private final CobaltSettings.PreKeys settings;
    private final Duration responseTimeout;
    private final ScheduledExecutorService timer;
    private final InstantSource clock;
    private final SerialExecutor executor = new SerialExecutor("whatsapp-pre-keys");
    private @Nullable ScheduledFuture<?> daily;
    private boolean closed;

    PreKeyUpkeep(
            IqClient iq,
            PreKeys preKeys,
            CobaltSettings.PreKeys settings,
            Duration responseTimeout,
            ScheduledExecutorService timer,
            InstantSource clock) {
        this.iq = iq;
        this.preKeys = preKeys;
        this.settings = settings;
        this.responseTimeout = responseTimeout;
        this.timer = timer;
        this.clock = clock;
    }

    /**
     * Asks how many one-time keys are left, and uploads more when these are few. Blocks.
     *
     * @return whether WhatsApp has been told all that it needs to let others write to a new device
     */
    boolean supply(Deadline deadline) {
        return supply(FEW, deadline);
    }

    private synchronized boolean supply(int few, Deadline deadline) {
        OptionalInt left = count(deadline);
        return left.isPresent() && (left.getAsInt() > few || upload(deadline));
    }

    /** Empty when there is no answer; an error says nothing of the keys, so it counts as none left. */
    private OptionalInt count(Deadline deadline) {
        return switch (iq.query("get", "encrypt", deadline, Node.of("count"))) {
            case IqClient.Result(Node result) ->
                OptionalInt.of(result.findChild("count")
                        .map(count -> count.attributes().getInt("value"))
                        .orElse(0));
            case IqClient.Refused(int code) -> {
                log.debug("The number of pre-keys is not told: {}", code);
                yield OptionalInt.of(0);
            }
            case IqClient.Missing _ -> OptionalInt.empty();
        };
    }

    private boolean upload(Deadline deadline) {
        Optional<PreKeys.Offer> offered;
        try {
            offered = preKeys.offer(settings.batch());
        } catch (SignalKeyStore.UnavailableException e) {
            log.debug("No pre-keys are uploaded: {}", e.toString());
            return false;
        }
        if (offered.isEmpty()) {
            return false;
        }
        PreKeys.Offer offer = offered.get();
        return switch (iq.query("set", "encrypt", deadline, offer.content().toArray(Node[]::new))) {
            case IqClient.Result _ -> true;
            case IqClient.Refused(int code) -> {
                log.warn("WhatsApp does not take pre-keys: {}", code);
                preKeys.withdraw(offer);
                yield false;
            }
            // They may have come.
            case IqClient.Missing _ -> false;
        };
    }

    /** WhatsApp says that so many one-time keys are left. Returns at once. */
    void low(int left) {
        executor.execute(() -> {
            if (!supply(Math.max(FEW, left), Deadline.in(responseTimeout.multipliedBy(2)))) {
                log.debug("The supply of pre-keys has failed");
            }
        });
    }

    /** Compares and renews what is due, now and once a day from here on. Returns at once. */
    void begin() {
        check();
        synchronized (timer) {
            if (!closed && !timer.isShutdown()) {
                daily = timer.scheduleAtFixedRate(this::check, DAY.toSeconds(), DAY.toSeconds(), TimeUnit.SECONDS);
            }
        }
    }

    /** Compares and renews what is due. Returns at once. */
    void check() {
        executor.execute(() -> {
            try {
                compareAndRenew();
            } catch (SignalKeyStore.UnavailableException e) {
                log.debug("Pre-keys are not checked: {}", e.toString());
            }
        });
    }

    /** The connection is over. */
    void end() {
        synchronized (timer) {
            closed = true;
            if (daily != null) {
                daily.cancel(false);
            }
        }
    }

    private synchronized void compareAndRenew() {
        compare();
        rotate();
    }

    private Deadline deadline() {
        return Deadline.in(responseTimeout);
    }

    private void compare() {
        // A one-time key can be given out and used between the answer and the comparison, so a difference counts twice.
        for (int attempt = 1; attempt <= 2; attempt++) {
            switch (iq.query("get", "encrypt", deadline(), Node.of("digest"))) {
                case IqClient.Result(Node result) -> {
                    Optional<PreKeys.Digest> digest = result.findChild("digest").flatMap(PreKeyUpkeep::digest);
                    if (digest.isEmpty()) {
                        log.debug("The digest of the pre-keys cannot be read");
                        return;
                    }
                    PreKeys.Verdict verdict = preKeys.verify(digest.get(), 2 * settings.batch());
                    switch (verdict) {
                        case RIGHT -> {
                            return;
                        }
                        case CANDIDATE -> {
                            preKeys.promote(clock.instant());
                            return;
                        }
                        case OTHER_IDENTITY, OTHER_SIGNED_KEY, UNKNOWN_ONE_TIME_KEYS, OTHER_ONE_TIME_KEYS -> {
                            if (attempt == 2) {
                                repair(verdict.name());
                            }
                        }
                    }
                }
                case IqClient.Refused(int code) -> {
                    if (code == NOT_FOUND) {
                        repair("NONE");
                    }
                    return;
                }
                case IqClient.Missing _ -> {
                    return;
                }
            }
        }
    }

    /** Once a day at most: nobody knows whether WhatsApp replaces what it has, or only adds to it. */
    private void repair(String found) {
        if (preKeys.mayRepair(clock.instant(), DAY)) {
            log.warn("WhatsApp holds other pre-keys of a device than the device does, uploading new ones: {}", found);
            boolean done = upload(deadline());
            log.debug("Uploaded: {}", done);
        }
    }

    private static Optional<PreKeys.Digest> digest(Node digest) {
        try {
            Node signed = digest.findChild("skey").orElseThrow();
            List<Integer> ids = digest.findChild("list").orElseThrow().children().stream()
                    .map(id -> number(id.contentAsBytes().orElseThrow()))
                    .toList();
            return Optional.of(new PreKeys.Digest(
                    number(bytes(digest, "registration")),
                    untyped(bytes(digest, "identity")),
                    number(bytes(signed, "id")),
                    untyped(bytes(signed, "value")),
                    bytes(signed, "signature"),
                    ids,
                    bytes(digest, "hash")));
        } catch (RuntimeException e) {
            return Optional.empty();
        }
    }

    private static byte[] bytes(Node parent, String child) {
        return parent.findChild(child).flatMap(Node::contentAsBytes).orElseThrow();
    }

    private static int number(byte[] bytes) {
        return new BigInteger(1, bytes).intValueExact();
    }

    /** Without the type that may stand before a public key. */
    private static byte[] untyped(byte[] key) {
        return key.length == 33 ? Arrays.copyOfRange(key, 1, key.length) : key;
    }

    /** Codes as in zapo's {@code SignalRotateKeyApi} and whatsapp-rust's {@code rotate_key}. */
    private void rotate() {
        Instant now = clock.instant();
        Optional<SignalSignedKeyPair> due = preKeys.due(now, settings.rotation());
        if (due.isEmpty()) {
            return;
        }
        switch (iq.query(
                "set", "encrypt", deadline(), Node.of("rotate", due.get().toNode()))) {
            case IqClient.Result _ -> preKeys.promote(now);
            case IqClient.Refused(int code) -> {
                log.warn("WhatsApp does not take a new signed pre-key: {}", code);
                if (code == NOT_ACCEPTABLE || code == CONFLICT) {
                    preKeys.reject(now.plus(settings.rotation()));
                } else {
                    preKeys.postpone(now.plus(code >= SERVER_ERRORS ? DAY : settings.rotation()));
                }
            }
            // It may have come: the next digest tells.
            case IqClient.Missing _ -> log.debug("No response to a new signed pre-key");
        }
    }
}
