package dev.merpati.simulator.server;

import dev.merpati.simulator.crypto.Bytes;
import dev.merpati.simulator.crypto.Keys;
import dev.merpati.simulator.node.Jid;
import dev.merpati.simulator.node.Node;
import dev.merpati.simulator.phone.CompanionKeys;
import dev.merpati.simulator.signal.PreKeyBundle;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** The nodes that the server makes again and again. */
final class Stanza {
    private static final int TEMPORARILY_BANNED = 402;
    /** "You sent too many messages to people who don't have you in their address books" (whatsmeow's events.go). */
    private static final String TOO_MANY_PEOPLE = "101";

    static final byte[] KEY_TYPE = {Keys.TYPE};

    private Stanza() {}

    static Node iqResult(Node request, Node... children) {
        return answer(request, "result", children);
    }

    static Node iqError(Node request, int code, String text) {
        return answer(
                request,
                "error",
                Node.of("error").with("code", String.valueOf(code)).with("text", text));
    }

    private static Node answer(Node request, String type, Node... children) {
        String to = request.text("to");
        return Node.of("iq", children)
                .with("from", to.isEmpty() ? Jid.USERS : to)
                .with("type", type)
                .with("id", request.text("id"));
    }

    /** The acknowledgement that every message, receipt and notification of a client gets. */
    static Node ack(Node acknowledged, Clock clock) {
        return Node.of("ack")
                .with("class", acknowledged.tag())
                .with("id", acknowledged.text("id"))
                .with("from", acknowledged.text("to"))
                .with("t", seconds(clock));
    }

    static Node receipt(String id, Jid from, @Nullable String type, Clock clock) {
        return Node.of("receipt")
                .with("from", from.toString())
                .with("id", id)
                .with("type", type)
                .with("t", seconds(clock));
    }

    static Node streamError(int code) {
        return switch (code) {
            case 401 ->
                Node.of("stream:error", Node.of("conflict").with("type", "device_removed"))
                        .with("code", "401");
            case 409 -> Node.of("stream:error", Node.of("conflict").with("type", "replaced"));
            default -> Node.of("stream:error").with("code", String.valueOf(code));
        };
    }

    static Node failure(int reason) {
        Node failure = Node.of("failure").with("reason", String.valueOf(reason)).with("location", "frc");
        return reason == TEMPORARILY_BANNED
                ? failure.with("code", TOO_MANY_PEOPLE).with("expire", "3600")
                : failure;
    }

    /** What a pre-key bundle has but its registration id. */
    static List<Node> bundleKeys(PreKeyBundle bundle) {
        List<Node> nodes = new ArrayList<>(List.of(
                Node.of("type", KEY_TYPE),
                Node.of("identity", bundle.identityKey()),
                Node.of(
                        "skey",
                        Node.of("id", Bytes.bigEndian(bundle.signedPreKeyId(), 3)),
                        Node.of("value", bundle.signedPreKey()),
                        Node.of("signature", bundle.signature()))));
        if (bundle.oneTimeKey() instanceof PreKeyBundle.Some some) {
            nodes.add(Node.of("key", Node.of("id", Bytes.bigEndian(some.id(), 3)), Node.of("value", some.key())));
        }
        return nodes;
    }

    /** The keys that a device sends with a retry receipt; empty if it sends none, or not those of its identity. */
    static Optional<PreKeyBundle> bundleIn(Node receipt, CompanionKeys device) {
        return receipt.child("keys")
                .filter(keys -> keys.childContent("identity")
                        .filter(identity -> Arrays.equals(Keys.untyped(identity), device.identityKey()))
                        .isPresent())
                .flatMap(keys -> keys.child("skey").map(signed -> {
                    Optional<Node> oneTime = keys.child("key");
                    return new PreKeyBundle(
                            device.registrationId(),
                            device.identityKey(),
                            Bytes.fromBigEndian(signed.childContent("id").orElseThrow()),
                            Keys.untyped(signed.childContent("value").orElseThrow()),
                            signed.childContent("signature").orElseThrow(),
                            oneTime.isEmpty()
                                    ? new PreKeyBundle.None()
                                    : new PreKeyBundle.Some(
                                            Bytes.fromBigEndian(oneTime.get()
                                                    .childContent("id")
                                                    .orElseThrow()),
                                            Keys.untyped(oneTime.get()
                                                    .childContent("value")
                                                    .orElseThrow())));
                }));
    }

    static String seconds(Clock clock) {
        return String.valueOf(clock.instant().getEpochSecond());
    }

    static byte[] text(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }
}
