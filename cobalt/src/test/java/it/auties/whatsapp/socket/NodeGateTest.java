package it.auties.whatsapp.socket;

import static org.assertj.core.api.Assertions.assertThat;

import it.auties.whatsapp.model.node.Node;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Consumer;
import java.util.stream.IntStream;
import org.jspecify.annotations.NullMarked;
import org.junit.jupiter.api.Test;

@NullMarked
class NodeGateTest {
    private static final int HEADER = 6;
    private static final byte[] KEY = new byte[32];

    private final Engine sender = new Engine();
    private final List<Node> seen = new ArrayList<>();
    private final Gated gated = new Gated(new Engine());

    /** Sees what arrives and lets nothing pass. */
    private final class Gated extends SocketHandler implements NodeGate {
        Gated(Engine engine) {
            super(
                    null,
                    engine.store,
                    engine.keys,
                    (_, _, failure) -> {
                        throw new AssertionError(failure);
                    },
                    null);
        }

        @Override
        public void onNode(Node node, Consumer<Node> cobalt) {
            seen.add(node);
        }
    }

    @Test
    void everyNodeComesThroughTheGateInOrderAndOnTheCallersThread() throws ReflectiveOperationException {
        sender.open();
        sender.keys.setWriteKey(KEY);
        gated.keys().setReadKey(KEY);
        connected(gated);

        IntStream.range(0, 200).forEach(i -> deliver(Node.of("failure", Map.of("id", "" + i, "reason", "401"))));

        assertThat(seen)
                .extracting(Node::id)
                .containsExactlyElementsOf(
                        IntStream.range(0, 200).mapToObj(String::valueOf).toList());
        // Cobalt itself would have deleted the session and closed.
        assertThat(gated.isConnected()).isTrue();
    }

    private void deliver(Node node) {
        sender.sent.clear();
        var _ = sender.handler.sendNodeWithNoResponse(node);
        var frame = sender.sent.getFirst();
        gated.onMessage(ByteBuffer.wrap(frame, HEADER, frame.length - HEADER).slice(), true);
    }

    @SuppressWarnings("unchecked")
    private static void connected(SocketHandler handler) throws ReflectiveOperationException {
        var state = SocketHandler.class.getDeclaredField("state");
        state.setAccessible(true);
        ((AtomicReference<SocketState>) state.get(handler)).set(SocketState.CONNECTED);
    }
}
