package dev.merpati.worker.cobalt.receive;

import it.auties.whatsapp.api.ErrorHandler;
import it.auties.whatsapp.controller.Keys;
import it.auties.whatsapp.controller.Store;
import it.auties.whatsapp.model.jid.Jid;
import it.auties.whatsapp.model.jid.JidProvider;
import it.auties.whatsapp.model.node.Node;
import it.auties.whatsapp.socket.SocketHandler;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import org.jspecify.annotations.Nullable;

/** Keeps what would be sent and what would be decrypted; decrypting leaves behind what Cobalt leaves behind. */
final class RecordingCobalt extends SocketHandler {
    final List<Node> sent = new CopyOnWriteArrayList<>();
    final List<Node> decoded = new CopyOnWriteArrayList<>();

    @SuppressWarnings("NullAway") // as in CobaltSocket
    RecordingCobalt(Store store, Keys keys) {
        super(null, store, keys, (_, _, _) -> ErrorHandler.Result.DISCARD, null);
    }

    @Override
    public CompletableFuture<Void> sendNodeWithNoResponse(Node node) {
        sent.add(node);
        return CompletableFuture.completedFuture(null);
    }

    @Override
    public void decodeMessage(Node node, @Nullable JidProvider chat, boolean notify) {
        decoded.add(node);
        Jid from = node.attributes().getRequiredJid("from");
        store().addNewChat(from);
        store().addContact(from.toSimpleJid());
    }
}
