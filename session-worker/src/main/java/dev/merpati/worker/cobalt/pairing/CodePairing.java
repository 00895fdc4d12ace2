package dev.merpati.worker.cobalt.pairing;

import dev.merpati.worker.cobalt.address.Address;
import dev.merpati.worker.cobalt.crypto.Primitives;
import dev.merpati.worker.cobalt.query.Deadline;
import dev.merpati.worker.cobalt.query.IqClient;
import dev.merpati.worker.whatsapp.PairingCodeResult;
import it.auties.whatsapp.controller.Keys;
import it.auties.whatsapp.model.node.Node;
import it.auties.whatsapp.model.signal.keypair.SignalKeyPair;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.time.Instant;
import java.util.Arrays;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Links a device by a code that the phone's owner types in instead of scanning one (whatsmeow {@code pair-code.go}). Both
 * sides send their ephemeral keys encrypted under the code; the device proves with a sealed bundle that it knows the
 * phone's, and both derive the secret that a QR code would have carried. Blocks; not for the thread that reads.
 */
final class CodePairing {
    private static final Logger log = LoggerFactory.getLogger(CodePairing.class);

    /** The server refuses names that are not those of a usual browser and system with 400. */
    private static final String DISPLAY = "Chrome (Mac OS)";

    private static final byte[] BUNDLE_INFO = ascii("link_code_pairing_key_bundle_encryption_key");
    private static final byte[] SECRET_INFO = ascii("adv_secret");

    private final Keys keys;
    private final AdvSecret secret;
    private final IqClient iq;
    private @Nullable Shown shown;

    /** The code that was asked for last; those before are void. */
    @SuppressWarnings("ArrayRecordComponent") // never compared
    private record Shown(Address phone, SignalKeyPair ephemeral, LinkCode code, byte[] reference) {}

    CodePairing(Keys keys, AdvSecret secret, IqClient iq) {
        this.keys = keys;
        this.secret = secret;
        this.iq = iq;
    }

    /** @param expiresAt when the server ends the stream, and with it the code */
    PairingCodeResult request(String phoneNumber, Instant expiresAt, Deadline deadline) {
        Address phone = Address.ofNumber(phoneNumber);
        LinkCode code = LinkCode.random();
        SignalKeyPair ephemeral = SignalKeyPair.random();
        IqClient.Response response = iq.query(
                "set",
                "md",
                deadline,
                Node.of(
                        "link_code_companion_reg",
                        Map.of(
                                "jid",
                                phone.toJid(),
                                "stage",
                                "companion_hello",
                                "should_show_push_notification",
                                "true"),
                        content("link_code_pairing_wrapped_companion_ephemeral_pub", code.wrap(ephemeral.publicKey())),
                        content(
                                "companion_server_auth_key_pub",
                                keys.noiseKeyPair().publicKey()),
                        content("companion_platform_id", ascii(QrPairing.CHROME)),
                        content("companion_platform_display", ascii(DISPLAY)),
                        content("link_code_pairing_nonce", new byte[1])));
        return switch (response) {
            case IqClient.Refused(int reason) -> new PairingCodeResult.Refused(reason);
            case IqClient.Missing _ -> new PairingCodeResult.NotPairing("no response to companion_hello");
            case IqClient.Result(Node result) -> {
                byte[] reference = reference(result);
                if (reference == null) {
                    yield new PairingCodeResult.NotPairing("the response to companion_hello has no reference");
                }
                remember(new Shown(phone, ephemeral, code, reference));
                yield new PairingCodeResult.Code(code.shown(), expiresAt);
            }
        };
    }

    private static byte @Nullable [] reference(Node response) {
        return response.findChild("link_code_companion_reg")
                .flatMap(registration -> registration.findChild("link_code_pairing_ref"))
                .flatMap(Node::contentAsBytes)
                .orElse(null);
    }

    private synchronized void remember(@Nullable Shown next) {
        shown = next;
    }

    private synchronized @Nullable Shown shown() {
        return shown;
    }

    /** The phone's owner has typed a code in. */
    void entered(Node notification, Deadline deadline) {
        Node registration = notification.findChild("link_code_companion_reg").orElse(null);
        Shown current = shown();
        if (registration == null || current == null || !Arrays.equals(reference(notification), current.reference())) {
            log.info("A pairing code was typed in that is not the last one");
            return;
        }
        byte[] wrapped = bytes(registration, "link_code_pairing_wrapped_primary_ephemeral_pub");
        byte[] phoneIdentity = bytes(registration, "primary_identity_pub");
        byte[] before = secret.bytes();
        try {
            byte[] ephemeral =
                    Primitives.agree(current.ephemeral(), current.code().unwrap(wrapped));
            byte[] seed = Primitives.random(Primitives.KEY_BYTES);
            byte[] sealed = seal(ephemeral, phoneIdentity, seed);
            byte[] identity = Primitives.agree(keys.identityKeyPair(), phoneIdentity);
            // Before the server has it: what proves the new secret may come at once.
            secret.replace(Primitives.hkdf(Primitives.concat(ephemeral, identity, seed), new byte[0], SECRET_INFO));
            remember(null);
            finish(current, sealed, before, deadline);
        } catch (GeneralSecurityException e) {
            log.warn("What the phone sent for the pairing code cannot be used: {}", e.getMessage());
        }
    }

    private void finish(Shown current, byte[] sealed, byte[] secretBefore, Deadline deadline) {
        IqClient.Response response = iq.query(
                "set",
                "md",
                deadline,
                Node.of(
                        "link_code_companion_reg",
                        Map.of("jid", current.phone().toJid(), "stage", "companion_finish"),
                        content("link_code_pairing_wrapped_key_bundle", sealed),
                        content(
                                "companion_identity_public",
                                keys.identityKeyPair().publicKey()),
                        content("link_code_pairing_ref", current.reference())));
        if (response instanceof IqClient.Refused(int reason)) {
            log.info("WhatsApp refused a pairing code with {}: it was typed in wrongly, perhaps", reason);
            secret.replace(secretBefore); // The QR codes still stand.
        }
    }

    private byte[] seal(byte[] ephemeral, byte[] phoneIdentity, byte[] seed) {
        byte[] salt = Primitives.random(Primitives.KEY_BYTES);
        byte[] nonce = Primitives.random(Primitives.NONCE_BYTES);
        byte[] bundle = Primitives.concat(keys.identityKeyPair().publicKey(), phoneIdentity, seed);
        return Primitives.concat(
                salt, nonce, Primitives.seal(Primitives.hkdf(ephemeral, salt, BUNDLE_INFO), nonce, bundle));
    }

    private static byte[] bytes(Node node, String child) {
        return node.findChild(child).flatMap(Node::contentAsBytes).orElse(new byte[0]);
    }

    private static Node content(String name, byte[] bytes) {
        return Node.of(name, (Object) bytes);
    }

    private static byte[] ascii(String text) {
        return text.getBytes(StandardCharsets.US_ASCII);
    }
}
