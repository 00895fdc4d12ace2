package dev.merpati.simulator.client;

import dev.merpati.simulator.crypto.AesGcm;
import dev.merpati.simulator.crypto.Bytes;
import dev.merpati.simulator.crypto.Hash;
import dev.merpati.simulator.crypto.KeyPair;
import dev.merpati.simulator.crypto.PairingCodeCipher;
import dev.merpati.simulator.node.Jid;
import dev.merpati.simulator.node.Node;
import java.nio.charset.StandardCharsets;

/** A client that is paired by the code that it shows. */
public final class CodeClient {
    private final TestDevice device;
    private final String number;
    private final String code;
    private final KeyPair ephemeral = KeyPair.generate();

    /** @param code eight characters */
    public CodeClient(TestDevice device, String number, String code) {
        this.device = device;
        this.number = number;
        this.code = code;
    }

    /** Announces the code; returns the server's answer. */
    public Node hello(String display) {
        return device.ask(TestDevice.iq(
                "set",
                "md",
                Node.of(
                                "link_code_companion_reg",
                                Node.of(
                                        "link_code_pairing_wrapped_companion_ephemeral_pub",
                                        PairingCodeCipher.wrap(code, ephemeral.publicKey())),
                                Node.of("companion_server_auth_key_pub", device.noiseKey()),
                                Node.of("companion_platform_id", text("1")),
                                Node.of("companion_platform_display", text(display)),
                                Node.of("link_code_pairing_nonce", new byte[] {0}))
                        .with("jid", Jid.phone(number).toString())
                        .with("stage", "companion_hello")
                        .with("should_show_push_notification", "true")));
    }

    /** Waits until the code was typed in, and proves that it knows it; returns the server's answer. */
    public Node finish() {
        Node told = device.await(node -> node.has("type", "link_code_companion_reg"))
                .child("link_code_companion_reg")
                .orElseThrow();
        byte[] primary = told.childContent("primary_identity_pub").orElseThrow();
        byte[] shared = ephemeral.agree(PairingCodeCipher.unwrap(
                code,
                told.childContent("link_code_pairing_wrapped_primary_ephemeral_pub")
                        .orElseThrow()));
        byte[] salt = Bytes.random(32);
        byte[] nonce = Bytes.random(12);
        byte[] random = Bytes.random(32);
        byte[] identity = device.party().identityKey();
        byte[] key = Hash.hkdf(shared, salt, text("link_code_pairing_key_bundle_encryption_key"), 32);
        byte[] sealed = AesGcm.encrypt(key, nonce, Bytes.concat(identity, primary, random));
        device.secret(Hash.hkdf(
                Bytes.concat(shared, device.party().agree(primary), random), new byte[32], text("adv_secret"), 32));
        return device.ask(TestDevice.iq(
                "set",
                "md",
                Node.of(
                                "link_code_companion_reg",
                                Node.of("link_code_pairing_wrapped_key_bundle", Bytes.concat(salt, nonce, sealed)),
                                Node.of("companion_identity_public", identity),
                                Node.of(
                                        "link_code_pairing_ref",
                                        told.childContent("link_code_pairing_ref")
                                                .orElseThrow()))
                        .with("jid", Jid.phone(number).toString())
                        .with("stage", "companion_finish")));
    }

    private static byte[] text(String text) {
        return text.getBytes(StandardCharsets.US_ASCII);
    }
}
