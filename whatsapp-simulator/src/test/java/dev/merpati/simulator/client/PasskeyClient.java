package dev.merpati.simulator.client;

import dev.merpati.simulator.crypto.AesGcm;
import dev.merpati.simulator.crypto.Bytes;
import dev.merpati.simulator.crypto.Hash;
import dev.merpati.simulator.crypto.KeyPair;
import dev.merpati.simulator.node.Node;
import dev.merpati.simulator.proto.ProtoMessage;
import java.nio.charset.StandardCharsets;
import java.util.function.UnaryOperator;

/** A client whose phone demands a passkey. Each step can be spoiled. */
public final class PasskeyClient {
    private static final int CHROME = 1;

    private final TestDevice device;
    private final byte[] shownSecret;
    private final KeyPair ephemeral = KeyPair.generate();
    private final byte[] nonce = Bytes.random(32);
    private byte[] ref = {};

    public PasskeyClient(TestDevice device) {
        this.device = device;
        this.shownSecret = device.secret();
    }

    /** Waits for the phone's demand; returns the options of the request as JSON. */
    public String demand() {
        String options = device.await(node -> node.has("type", "passkey_prologue_request"))
                .child("passkey_request_options")
                .flatMap(Node::contentText)
                .orElseThrow();
        device.secret(Bytes.random(32));
        return options;
    }

    public void fetchRef() {
        ref = device.ask(TestDevice.iq("get", "md", Node.of("ref")))
                .childContent("ref")
                .orElseThrow();
    }

    public Node prologue(byte[] assertion, UnaryOperator<byte[]> spoilCommitment, UnaryOperator<byte[]> spoilProof) {
        byte[] commitment = spoilCommitment.apply(Hash.sha256(identity(), nonce));
        byte[] payload = ProtoMessage.builder()
                .bytes(1, identity())
                .message(2, ProtoMessage.builder().bytes(1, commitment))
                .build();
        byte[] handoff = Hash.hkdf(shownSecret, new byte[32], text("shortcake-passkey-handoff-v1"), 32);
        return ask(Node.of(
                "passkey_prologue",
                Node.of("credential_id", new byte[16]),
                Node.of("webauthn_assertion", assertion),
                Node.of("prologue_payload", payload),
                Node.of("pairing_handoff_proof", spoilProof.apply(Hash.hmac(handoff, payload)))));
    }

    public Node nonce() {
        return ask(Node.of("companion_nonce", nonce));
    }

    /** Sends the keys, sealed under what the phone's answer to the prologue allows. */
    public Node request() {
        ProtoMessage primary = ProtoMessage.parse(device.await(node -> node.has("type", "crsc_continuation"))
                .childContent("primary_ephemeral_identity")
                .orElseThrow());
        String salt = "Companion Pairing " + CHROME + " with ref " + new String(ref, StandardCharsets.US_ASCII);
        byte[] key = Hash.hkdf(
                ephemeral.agree(primary.requiredBytes(1)), text(salt), text("Pairing Information Encryption Key"), 32);
        byte[] iv = Bytes.random(12);
        byte[] keys = ProtoMessage.builder()
                .bytes(1, device.noiseKey())
                .bytes(2, device.party().identityKey())
                .bytes(3, device.secret())
                .build();
        byte[] sealed = ProtoMessage.builder()
                .bytes(1, AesGcm.encrypt(key, iv, keys))
                .bytes(2, iv)
                .build();
        return ask(Node.of("encrypted_pairing_request", sealed));
    }

    private byte[] identity() {
        return ProtoMessage.builder()
                .bytes(1, ephemeral.publicKey())
                .number(2, CHROME)
                .bytes(3, ref)
                .build();
    }

    private Node ask(Node content) {
        return device.ask(TestDevice.iq("set", "md", content));
    }

    private static byte[] text(String text) {
        return text.getBytes(StandardCharsets.US_ASCII);
    }
}
