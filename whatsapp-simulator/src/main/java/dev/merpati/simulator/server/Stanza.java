package dev.merpati.simulator.server;

import dev.merpati.simulator.node.Jid;
import dev.merpati.simulator.node.Node;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import org.jspecify.annotations.Nullable;

/** The nodes that the server makes again and again. */
final class Stanza {
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
        return Node.of("failure").with("reason", String.valueOf(reason)).with("location", "frc");
    }

    static String seconds(Clock clock) {
        return String.valueOf(clock.instant().getEpochSecond());
    }

    static byte[] text(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }
}
