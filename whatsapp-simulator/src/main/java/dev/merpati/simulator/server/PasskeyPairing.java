package dev.merpati.simulator.server;

import dev.merpati.simulator.crypto.AesGcm;
import dev.merpati.simulator.crypto.Bytes;
import dev.merpati.simulator.crypto.Hash;
import dev.merpati.simulator.crypto.KeyPair;
import dev.merpati.simulator.node.Jid;
import dev.merpati.simulator.node.Node;
import dev.merpati.simulator.phone.Passkey;
import dev.merpati.simulator.phone.Phone;
import dev.merpati.simulator.proto.MalformedProtoException;
import dev.merpati.simulator.proto.ProtoMessage;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.util.Arrays;
import java.util.HashSet;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * What a phone with a passkey demands before it links a device ("Shortcake"): the passkey signs a challenge; the client
 * commits itself to an ephemeral key, proves that it showed the code, opens the commitment, and sends its keys and a new
 * secret sealed for the phone. As in {@code pair-passkey.go} of whatsmeow and {@code WaShortcakeFlow.ts} of zapo. Used on
 * one event loop.
 */
final class PasskeyPairing {
    private static final int KEY_BYTES = 32;
    private static final byte[] HANDOFF_INFO = ascii("shortcake-passkey-handoff-v1");
    private static final byte[] REQUEST_INFO = ascii("Pairing Information Encryption Key");

    private final Phone phone;
    private final byte[] shownSecret;
    private final Passkey.Challenge challenge = Passkey.challenge();
    private final KeyPair ephemeral = KeyPair.generate();
    private final Set<String> refs = new HashSet<>();
    private byte @Nullable [] identity;
    private byte @Nullable [] commitment;
    private boolean opened;

    /** A step that the client got wrong, and what was wrong with it. */
    static final class RefusedException extends Exception {
        private static final long serialVersionUID = 1;

        RefusedException(String message) {
            super(message);
        }
    }

    /** @param shownSecret the secret in the code that the phone has seen */
    PasskeyPairing(Phone phone, byte[] shownSecret) {
        this.phone = phone;
        this.shownSecret = shownSecret;
    }

    Phone phone() {
        return phone;
    }

    /** Asks the client for its user's passkey. */
    Node request() {
        return notification("passkey_prologue_request", options());
    }

    /** What the browser is asked for. */
    Node options() {
        return Node.of("passkey_request_options", Stanza.text(phone.passkey().options(challenge)));
    }

    /** A reference for the client's ephemeral identity. */
    Node newRef() {
        String ref = "2@" + UUID.randomUUID();
        refs.add(ref);
        return Node.of("ref", Stanza.text(ref));
    }

    /** Takes the assertion and the commitment; returns what the client is told then. */
    Node prologue(Node prologue) throws RefusedException {
        byte[] payload = required(prologue, "prologue_payload");
        byte[] assertion = required(prologue, "webauthn_assertion");
        Optional<String> wrong = phone.passkey().verify(challenge, assertion);
        if (wrong.isPresent()) {
            throw new RefusedException(wrong.get());
        }
        byte[] proof = required(prologue, "pairing_handoff_proof");
        byte[] handoffKey = Hash.hkdf(shownSecret, new byte[KEY_BYTES], HANDOFF_INFO, KEY_BYTES);
        require(
                MessageDigest.isEqual(proof, Hash.hmac(handoffKey, payload)),
                "pairing_handoff_proof is not the HMAC of the prologue under the secret in the code");
        try {
            ProtoMessage fields = ProtoMessage.parse(payload);
            byte[] ephemeralIdentity = fields.requiredBytes(1);
            ProtoMessage companion = ProtoMessage.parse(ephemeralIdentity);
            require(companion.requiredBytes(1).length == KEY_BYTES, "the ephemeral key has not 32 bytes");
            require(refs.contains(companion.text(3).orElse("")), "the reference is none that was given out");
            commitment = fields.requiredMessage(2).requiredBytes(1);
            identity = ephemeralIdentity;
        } catch (MalformedProtoException e) {
            throw new RefusedException("the prologue's payload is malformed: " + e.getMessage());
        }
        byte[] own = ProtoMessage.builder()
                .bytes(1, ephemeral.publicKey())
                .bytes(2, Bytes.random(KEY_BYTES))
                .build();
        return notification("crsc_continuation", Node.of("primary_ephemeral_identity", own));
    }

    /** Takes the nonce that opens the commitment. */
    void nonce(Node nonce) throws RefusedException {
        byte[] companionIdentity = identity;
        if (companionIdentity == null) {
            throw new RefusedException("companion_nonce before passkey_prologue");
        }
        byte[] bytes = nonce.content().orElse(new byte[0]);
        require(
                MessageDigest.isEqual(commitment, Hash.sha256(companionIdentity, bytes)),
                "the nonce does not open the commitment of the prologue");
        opened = true;
    }

    /**
     * Opens the request with the client's keys.
     *
     * @return the client's new secret
     */
    byte[] request(Node request, byte[] noiseKey, byte[] identityKey) throws RefusedException {
        byte[] companionIdentity = identity;
        if (companionIdentity == null || !opened) {
            throw new RefusedException("encrypted_pairing_request before companion_nonce");
        }
        try {
            ProtoMessage companion = ProtoMessage.parse(companionIdentity);
            ProtoMessage sealed = ProtoMessage.parse(request.content().orElse(new byte[0]));
            String salt = "Companion Pairing " + companion.number(2).orElse(0) + " with ref "
                    + companion.text(3).orElse("");
            byte[] key = Hash.hkdf(ephemeral.agree(companion.requiredBytes(1)), ascii(salt), REQUEST_INFO, KEY_BYTES);
            ProtoMessage keys =
                    ProtoMessage.parse(AesGcm.decrypt(key, sealed.requiredBytes(2), sealed.requiredBytes(1)));
            require(
                    Arrays.equals(keys.requiredBytes(1), noiseKey) && Arrays.equals(keys.requiredBytes(2), identityKey),
                    "the sealed keys are not those of the connection and the registration");
            byte[] secret = keys.requiredBytes(3);
            require(secret.length == KEY_BYTES, "the new secret has not 32 bytes");
            return secret;
        } catch (GeneralSecurityException e) {
            throw new RefusedException("encrypted_pairing_request does not open");
        } catch (MalformedProtoException e) {
            throw new RefusedException("encrypted_pairing_request is malformed: " + e.getMessage());
        }
    }

    private static byte[] required(Node node, String child) throws RefusedException {
        return node.childContent(child).orElseThrow(() -> new RefusedException(child + " is missing"));
    }

    private static void require(boolean condition, String otherwise) throws RefusedException {
        if (!condition) {
            throw new RefusedException(otherwise);
        }
    }

    private static Node notification(String type, Node child) {
        return Node.of("notification", child)
                .with("from", Jid.USERS)
                .with("type", type)
                .with("id", UUID.randomUUID().toString());
    }

    private static byte[] ascii(String text) {
        return text.getBytes(StandardCharsets.US_ASCII);
    }
}
