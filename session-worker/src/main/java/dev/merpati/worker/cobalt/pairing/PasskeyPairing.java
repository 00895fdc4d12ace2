package dev.merpati.worker.cobalt.pairing;

import dev.merpati.model.Json;
import dev.merpati.model.session.PasskeyChallenge;
import dev.merpati.worker.cobalt.crypto.Primitives;
import dev.merpati.worker.cobalt.proto.MalformedProtobufException;
import dev.merpati.worker.cobalt.proto.ProtoFields;
import dev.merpati.worker.cobalt.proto.ProtoWriter;
import dev.merpati.worker.cobalt.query.Deadline;
import dev.merpati.worker.cobalt.query.IqClient;
import dev.merpati.worker.whatsapp.PasskeyResult;
import it.auties.whatsapp.controller.Keys;
import it.auties.whatsapp.model.node.Node;
import it.auties.whatsapp.model.signal.keypair.SignalKeyPair;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;

/**
 * Goes on with a pairing for which the server wants the account's passkey ("Shortcake": whatsmeow
 * {@code pair-passkey.go}, zapo {@code WaShortcakeFlow.ts}). The passkey signs the server's challenge; the device commits
 * itself to an ephemeral key, proves that it showed the code that was scanned, opens the commitment, and sends its keys
 * and a new secret sealed for the phone. Blocks; not for the thread that reads.
 *
 * <p>Without the proof, which WhatsApp's clients give for five minutes, the phone would show a code to compare; that way is
 * not gone here: the challenge counts as expired by then.
 */
final class PasskeyPairing {
    private static final Logger log = LoggerFactory.getLogger(PasskeyPairing.class);
    private static final Duration HANDOFF = Duration.ofMinutes(5);
    private static final byte[] HANDOFF_INFO = ascii("shortcake-passkey-handoff-v1");
    private static final byte[] REQUEST_INFO = ascii("Pairing Information Encryption Key");

    /** {@code DeviceProps.PlatformType.CHROME}, which the payload of this device says too. */
    private static final int DEVICE_TYPE = 1;

    private final Keys keys;
    private final AdvSecret secret;
    private final IqClient iq;
    private @Nullable Wanted wanted;
    private @Nullable Begun begun;

    /** The server waits for a signature. */
    @SuppressWarnings("ArrayRecordComponent") // never compared
    private record Wanted(PasskeyChallenge challenge, byte[] handoffKey) {}

    /** The server has taken a signature. */
    @SuppressWarnings("ArrayRecordComponent") // never compared
    private record Begun(SignalKeyPair ephemeral, byte[] nonce, String reference) {}

    PasskeyPairing(Keys keys, AdvSecret secret, IqClient iq) {
        this.keys = keys;
        this.secret = secret;
        this.iq = iq;
    }

    /** Whether the server has asked for a signature, or has one, and nothing has come of it yet. */
    synchronized boolean isUnderWay() {
        return wanted != null || begun != null;
    }

    /**
     * The server wants a signature.
     *
     * @return what is to be signed; empty when the server does not say
     */
    Optional<PasskeyChallenge> requested(Node notification, Deadline deadline) {
        Optional<PasskeyChallenge> challenge = options(notification).or(() -> askForOptions(deadline));
        if (challenge.isEmpty()) {
            log.warn("WhatsApp wants a passkey and does not say what it is to sign");
            return challenge;
        }
        byte[] handoffKey = Primitives.hkdf(secret.bytes(), new byte[0], HANDOFF_INFO);
        synchronized (this) {
            wanted = new Wanted(challenge.get(), handoffKey);
            begun = null;
        }
        return challenge;
    }

    private Optional<PasskeyChallenge> askForOptions(Deadline deadline) {
        return iq.query("get", "md", deadline, Node.of("passkey_request_options"))
                        instanceof IqClient.Result(Node result)
                ? options(result)
                : Optional.empty();
    }

    private static Optional<PasskeyChallenge> options(Node parent) {
        return parent.findChild("passkey_request_options")
                .flatMap(Node::contentAsBytes)
                .flatMap(PasskeyPairing::parseOptions)
                .filter(options -> options.path("challenge").isString())
                .map(options -> new PasskeyChallenge(options, Instant.now().plus(HANDOFF)));
    }

    private static Optional<JsonNode> parseOptions(byte[] json) {
        try {
            return Optional.of(Json.MAPPER.readTree(json));
        } catch (JacksonException e) {
            return Optional.empty();
        }
    }

    /** Hands the passkey's signature to the server. */
    PasskeyResult answer(String assertion, Deadline deadline) {
        Wanted current = wanted();
        if (current == null || Instant.now().isAfter(current.challenge().expiresAt())) {
            return new PasskeyResult.NotRequested();
        }
        Assertion signed;
        try {
            signed = Assertion.parse(assertion);
        } catch (IllegalArgumentException e) {
            return new PasskeyResult.Invalid(String.valueOf(e.getMessage()));
        }
        String asked = current.challenge().options().path("challenge").asString();
        if (!unpadded(signed.challenge()).equals(unpadded(asked))) {
            return new PasskeyResult.Invalid("it signs another challenge than the one that is asked for now");
        }
        return switch (iq.query("get", "md", deadline, Node.of("ref"))) {
            case IqClient.Refused(int reason) -> new PasskeyResult.Refused(reason);
            case IqClient.Missing _ -> new PasskeyResult.Unknown();
            case IqClient.Result(Node result) ->
                result.findChild("ref")
                        .flatMap(Node::contentAsString)
                        .map(reference -> begin(current, signed, reference, deadline))
                        .orElseGet(PasskeyResult.Unknown::new);
        };
    }

    private PasskeyResult begin(Wanted current, Assertion signed, String reference, Deadline deadline) {
        SignalKeyPair ephemeral = SignalKeyPair.random();
        byte[] nonce = Primitives.random(Primitives.KEY_BYTES);
        byte[] identity = new ProtoWriter()
                .bytes(1, ephemeral.publicKey())
                .number(2, DEVICE_TYPE)
                .text(3, reference)
                .toBytes();
        byte[] payload = new ProtoWriter()
                .bytes(1, identity)
                .message(2, new ProtoWriter().bytes(1, Primitives.sha256(identity, nonce)))
                .toBytes();
        // Before the server has it: the phone may go on at once.
        synchronized (this) {
            begun = new Begun(ephemeral, nonce, reference);
        }
        IqClient.Response response = iq.query(
                "set",
                "md",
                deadline,
                Node.of(
                        "passkey_prologue",
                        content("credential_id", signed.credentialId()),
                        content("webauthn_assertion", signed.json()),
                        content("prologue_payload", payload),
                        content("pairing_handoff_proof", Primitives.hmac(current.handoffKey(), payload))));
        return switch (response) {
            case IqClient.Result _ -> {
                forgetWanted();
                yield new PasskeyResult.Accepted();
            }
            case IqClient.Refused(int reason) -> new PasskeyResult.Refused(reason);
            case IqClient.Missing _ -> new PasskeyResult.Unknown();
        };
    }

    private synchronized @Nullable Wanted wanted() {
        return wanted;
    }

    private synchronized void forgetWanted() {
        wanted = null;
    }

    /**
     * The phone goes on.
     *
     * @return false when the pairing has failed
     */
    boolean continued(Node notification, Deadline deadline) {
        Begun current;
        synchronized (this) {
            current = begun;
        }
        if (current == null) {
            log.info("The phone goes on with a passkey pairing that was not begun");
            return true;
        }
        try {
            ProtoFields phone = ProtoFields.parse(notification
                    .findChild("primary_ephemeral_identity")
                    .flatMap(Node::contentAsBytes)
                    .orElse(new byte[0]));
            byte[] shared = Primitives.agree(current.ephemeral(), phone.requiredBytes(1));
            return succeeded("companion_nonce", current.nonce(), deadline) && request(current, shared, deadline);
        } catch (GeneralSecurityException | MalformedProtobufException e) {
            log.warn("What the phone sent after the passkey cannot be used: {}", e.getMessage());
            return false;
        }
    }

    private boolean request(Begun current, byte[] shared, Deadline deadline) {
        String salt = "Companion Pairing " + DEVICE_TYPE + " with ref " + current.reference();
        byte[] newSecret = Primitives.random(Primitives.KEY_BYTES);
        byte[] plaintext = new ProtoWriter()
                .bytes(1, keys.noiseKeyPair().publicKey())
                .bytes(2, keys.identityKeyPair().publicKey())
                .bytes(3, newSecret)
                .toBytes();
        byte[] nonce = Primitives.random(Primitives.NONCE_BYTES);
        byte[] key = Primitives.hkdf(shared, salt.getBytes(StandardCharsets.UTF_8), REQUEST_INFO);
        byte[] sealed = new ProtoWriter()
                .bytes(1, Primitives.seal(key, nonce, plaintext))
                .bytes(2, nonce)
                .toBytes();
        // Before the server has it: what proves the new secret may come at once.
        secret.replace(newSecret);
        return succeeded("encrypted_pairing_request", sealed, deadline);
    }

    private boolean succeeded(String step, byte[] content, Deadline deadline) {
        IqClient.Response response = iq.query("set", "md", deadline, content(step, content));
        if (response instanceof IqClient.Refused(int reason)) {
            log.warn("WhatsApp refused {} of a passkey pairing with {}", step, reason);
            return false;
        }
        return true; // Without a response the server may go on all the same, or ends the stream.
    }

    private static String unpadded(String base64) {
        return base64.replace("=", "");
    }

    private static Node content(String name, byte[] bytes) {
        return Node.of(name, (Object) bytes);
    }

    private static byte[] ascii(String text) {
        return text.getBytes(StandardCharsets.US_ASCII);
    }
}
