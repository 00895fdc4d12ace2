package it.auties.whatsapp.socket;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import it.auties.whatsapp.model.chat.ChatBuilder;
import it.auties.whatsapp.model.info.ChatMessageInfo;
import it.auties.whatsapp.model.info.ChatMessageInfoBuilder;
import it.auties.whatsapp.model.jid.Jid;
import it.auties.whatsapp.model.message.model.ChatMessageKeyBuilder;
import it.auties.whatsapp.model.message.server.ProtocolMessage;
import it.auties.whatsapp.model.message.server.ProtocolMessageBuilder;
import it.auties.whatsapp.model.sync.HistorySync;
import it.auties.whatsapp.model.sync.HistorySyncBuilder;
import it.auties.whatsapp.model.sync.HistorySyncNotificationBuilder;
import it.auties.whatsapp.model.sync.HistorySyncSpec;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.MethodType;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.List;
import java.util.zip.DeflaterOutputStream;
import org.jspecify.annotations.NullMarked;
import org.junit.jupiter.api.Test;

@NullMarked
class HistoryTest {
    private static final Jid PHONE = Jid.of(628123456789L);

    private final Engine engine = new Engine();

    /** A phone sends the chats of an account along with the pairing, whether they are wanted or not. */
    @Test
    void theHistoryIsConfirmedAndNotKept() throws Throwable {
        engine.open();

        receive(new ProtocolMessageBuilder()
                .protocolType(ProtocolMessage.Type.HISTORY_SYNC_NOTIFICATION)
                .historySyncNotification(new HistorySyncNotificationBuilder()
                        .syncType(HistorySync.Type.INITIAL_BOOTSTRAP)
                        .initialHistBootstrapInlinePayload(ByteBuffer.wrap(historyOfOneChat()))
                        .build())
                .build());

        // The handshake, and the receipt, which is sent when all is done.
        await().atMost(Duration.ofMinutes(1)).until(() -> engine.sent.size() == 2);
        assertThat(engine.store.chats()).isEmpty();
    }

    private static byte[] historyOfOneChat() throws IOException {
        var history = new HistorySyncBuilder()
                .syncType(HistorySync.Type.INITIAL_BOOTSTRAP)
                .conversations(
                        List.of(new ChatBuilder().jid(Jid.of(628000000002L)).build()))
                .build();
        var compressed = new ByteArrayOutputStream();
        try (var out = new DeflaterOutputStream(compressed)) {
            out.write(HistorySyncSpec.encode(history));
        }
        return compressed.toByteArray();
    }

    private void receive(ProtocolMessage message) throws Throwable {
        var key = new ChatMessageKeyBuilder()
                .id("1")
                .chatJid(PHONE)
                .senderJid(PHONE)
                .build();
        var info = new ChatMessageInfoBuilder().key(key).senderJid(PHONE).build();
        var cobalt = MethodHandles.lookup();
        var handler = MethodHandles.privateLookupIn(SocketHandler.class, cobalt)
                .findGetter(SocketHandler.class, "messageHandler", MessageHandler.class)
                .invoke(engine.handler);
        // By a handle: reflection would look at all methods, some of which name classes that are not here.
        MethodHandles.privateLookupIn(MessageHandler.class, cobalt)
                .findVirtual(
                        MessageHandler.class,
                        "onHistorySyncNotification",
                        MethodType.methodType(void.class, ChatMessageInfo.class, ProtocolMessage.class))
                .invoke(handler, info, message);
    }
}
