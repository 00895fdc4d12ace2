package dev.merpati.simulator.server;

import dev.merpati.simulator.crypto.AesGcm;
import dev.merpati.simulator.crypto.Bytes;
import dev.merpati.simulator.crypto.Hash;
import dev.merpati.simulator.crypto.KeyPair;
import dev.merpati.simulator.crypto.PairingCodeCipher;
import dev.merpati.simulator.node.Jid;
import dev.merpati.simulator.node.Node;
import dev.merpati.simulator.phone.Phone;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.util.Arrays;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/**
 * Pairing by code: the client shows eight characters that the phone's owner types in. Both sides send their ephemeral
 * keys encrypted under the code; the client then proves with a sealed bundle that it knows the phone's, and both derive
 * the secret that a QR code would have carried. As in {@code pair-code.go} of whatsmeow.
 */
final class CodePairing {
    private static final int WRAPPED_BYTES = 80;
    private static final int KEY_BYTES = 32;
    private static final int NONCE_BYTES = 12;
    private static final byte[] BUNDLE_INFO = ascii("link_code_pairing_key_bundle_encryption_key");
    private static final byte[] SECRET_INFO = ascii("adv_secret");

    private final String number;
    private final byte[] ref = ascii("2@" + UUID.randomUUID());
    private final byte[] wrappedCompanionKey;
    private @Nullable Entered entered;

    /** The owner has typed the code in. */
    @SuppressWarnings("ArrayRecordComponent") // never compared
    private record Entered(Phone phone, byte[] shared, CompletableFuture<ScanResult> result) {}

    /** What the client has proved: the phone that it is linked to, and the secret that both know. */
    @SuppressWarnings("ArrayRecordComponent") // never compared
    record Proof(Phone phone, byte[] secret, CompletableFuture<ScanResult> result) {}

    private CodePairing(String number, byte[] wrappedCompanionKey) {
        this.number = number;
        this.wrappedCompanionKey = wrappedCompanionKey;
    }

    /** Reads a {@code companion_hello}; empty if something is missing. */
    static Optional<CodePairing> hello(Node registration) {
        Optional<String> number = Jid.parse(registration.attribute("jid"))
                .filter(jid -> jid.server().equals(Jid.USERS))
                .map(Jid::user)
                .filter(user -> !user.isEmpty());
        Optional<byte[]> wrapped = registration
                .childContent("link_code_pairing_wrapped_companion_ephemeral_pub")
                .filter(bytes -> bytes.length == WRAPPED_BYTES);
        return number.flatMap(user -> wrapped.map(bytes -> new CodePairing(user, bytes)));
    }

    String number() {
        return number;
    }

    Node ref() {
        return Node.of("link_code_pairing_ref", ref);
    }

    /**
     * The owner types the code in. Slow by intent: the code's key takes 131,072 rounds.
     *
     * @return what the client is told of the phone; a wrong code is noticed when the client's bundle does not open
     */
    Node enter(Phone phone, byte[] identityKey, String code, CompletableFuture<ScanResult> result) {
        byte[] companionKey = PairingCodeCipher.unwrap(code, wrappedCompanionKey);
        KeyPair ephemeral = KeyPair.generate();
        synchronized (this) {
            entered = new Entered(phone, ephemeral.agree(companionKey), result);
        }
        return Node.of(
                        "notification",
                        Node.of(
                                        "link_code_companion_reg",
                                        Node.of(
                                                "link_code_pairing_wrapped_primary_ephemeral_pub",
                                                PairingCodeCipher.wrap(code, ephemeral.publicKey())),
                                        Node.of("primary_identity_pub", identityKey),
                                        ref())
                                .with("stage", "primary_hello"))
                .with("from", Jid.USERS)
                .with("type", "link_code_companion_reg")
                .with("id", UUID.randomUUID().toString());
    }

    /** Whether the client's {@code companion_finish} can be expected. */
    synchronized boolean isEntered() {
        return entered != null;
    }

    /** Ends the pairing without success. */
    synchronized void fail(String detail) {
        if (entered != null) {
            entered.result().complete(new ScanResult.Refused(detail));
            entered = null;
        }
    }

    /**
     * Opens the client's bundle on the phone's queue.
     *
     * @return empty if it does not open, or names other keys
     */
    synchronized CompletableFuture<Optional<Proof>> finish(Node registration, byte[] companionIdentity) {
        Entered current = entered;
        Optional<byte[]> sealed = registration.childContent("link_code_pairing_wrapped_key_bundle");
        boolean same = registration
                        .childContent("link_code_pairing_ref")
                        .filter(own -> Arrays.equals(own, ref))
                        .isPresent()
                && registration
                        .childContent("companion_identity_public")
                        .filter(key -> Arrays.equals(key, companionIdentity))
                        .isPresent();
        if (current == null || sealed.isEmpty() || !same) {
            return CompletableFuture.completedFuture(Optional.empty());
        }
        return current.phone()
                .withKeys(party -> open(sealed.get(), current.shared())
                        .filter(bundle -> Arrays.equals(part(bundle, 0), companionIdentity)
                                && Arrays.equals(part(bundle, 1), party.identityKey()))
                        .map(bundle -> new Proof(
                                current.phone(),
                                Hash.hkdf(
                                        Bytes.concat(current.shared(), party.agree(companionIdentity), part(bundle, 2)),
                                        new byte[KEY_BYTES],
                                        SECRET_INFO,
                                        KEY_BYTES),
                                current.result())));
    }

    private static Optional<byte[]> open(byte[] sealed, byte[] shared) {
        if (sealed.length < KEY_BYTES + NONCE_BYTES) {
            return Optional.empty();
        }
        byte[] key = Hash.hkdf(shared, Arrays.copyOf(sealed, KEY_BYTES), BUNDLE_INFO, KEY_BYTES);
        byte[] nonce = Arrays.copyOfRange(sealed, KEY_BYTES, KEY_BYTES + NONCE_BYTES);
        byte[] ciphertext = Arrays.copyOfRange(sealed, KEY_BYTES + NONCE_BYTES, sealed.length);
        try {
            byte[] bundle = AesGcm.decrypt(key, nonce, ciphertext);
            return bundle.length == 3 * KEY_BYTES ? Optional.of(bundle) : Optional.empty();
        } catch (GeneralSecurityException e) {
            return Optional.empty();
        }
    }

    private static byte[] part(byte[] bundle, int index) {
        return Arrays.copyOfRange(bundle, index * KEY_BYTES, (index + 1) * KEY_BYTES);
    }

    private static byte[] ascii(String text) {
        return text.getBytes(StandardCharsets.US_ASCII);
    }
}
