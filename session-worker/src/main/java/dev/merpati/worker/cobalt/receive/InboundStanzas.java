package dev.merpati.worker.cobalt.receive;

import dev.merpati.worker.cobalt.account.Account;
import dev.merpati.worker.cobalt.address.Address;
import dev.merpati.worker.cobalt.keys.MessageDecryptor;
import dev.merpati.worker.cobalt.keys.SignalKeyStore;
import dev.merpati.worker.cobalt.media.MediaDownloader;
import dev.merpati.worker.cobalt.query.IqClient;
import dev.merpati.worker.cobalt.transport.SerialExecutor;
import dev.merpati.worker.whatsapp.IncomingMessage;
import dev.merpati.worker.whatsapp.IncomingReceipt;
import it.auties.whatsapp.model.node.Node;
import java.time.InstantSource;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What the server sends of its own accord. All of it is acknowledged, what has to be stored after that is done; what is
 * not acknowledged comes again at the next login. Nothing here blocks the thread that reads. Thread-safe.
 */
public final class InboundStanzas {
    private static final Logger log = LoggerFactory.getLogger(InboundStanzas.class);
    private static final int MOST_WAITING = 1_000;

    /** What the rest of the connection does about what was received. */
    public interface Events {
        /** Has the listener take a message; blocks. Throws when it does not. */
        void message(IncomingMessage message);

        /** Has the listener take a receipt; blocks. Throws when it does not. */
        void receipt(IncomingReceipt receipt);

        /** Messages or receipts were dropped, which come again on the next connection only. */
        void overflown();

        /** Handles what it is told of; does not block. */
        void notification(Node notification);

        /** Stores what a {@code mex} notification says of new chats; blocks. Throws when it cannot be stored. */
        void newChats(Node notification);

        /** The phone has told that chats are addressed by hidden ids, if the account's properties say so too. Blocks. */
        void chatsMigrated();
    }

    private final SerialExecutor executor = new SerialExecutor("whatsapp-notifications");
    private final AtomicInteger waiting = new AtomicInteger();
    private final StanzaReplies replies;
    private final Notifications notifications;
    private final AppStateSync appState;
    private final InboundMessages messages;
    private final InboundReceipts receipts;
    private final Events events;
    private final Address self;

    /**
     * @param ownNumber this account's
     * @param send sends a stanza that has no response
     */
    public InboundStanzas(
            String ownNumber,
            Account account,
            SignalKeyStore signalKeys,
            IqClient iq,
            MediaDownloader media,
            Consumer<Node> send,
            Events events) {
        this.events = events;
        self = Address.ofNumber(ownNumber);
        replies = new StanzaReplies(send);
        notifications = new Notifications(account.lids(), account.tokens(), signalKeys);
        appState = new AppStateSync(iq, media, account.records(), account.tokens());
        messages = new InboundMessages(
                ownNumber,
                account,
                new MessageDecryptor(signalKeys),
                replies,
                new RetryRequests(replies, signalKeys, new RetryCounts(account.records(), InstantSource.system())),
                new PeerMessages(account, media, replies, appState, events::chatsMigrated),
                new PhoneRequests(ownNumber, account.traits(), signalKeys, send),
                events::message,
                events::overflown);
        receipts = new InboundReceipts(
                ownNumber, account.traits(), account.lids(), replies, events::receipt, events::overflown);
    }

    /** Whether few enough messages and receipts wait for the listener that more of a backlog may be asked for. */
    public boolean hasRoom() {
        return messages.hasRoom() && receipts.hasRoom();
    }

    public void message(Node message) {
        messages.received(message);
    }

    /** Takes a receipt that does not ask for a message again. */
    public void receipt(Node receipt) {
        receipts.received(receipt);
    }

    public void acknowledge(Node stanza) {
        replies.acknowledge(stanza);
    }

    /** Takes a notification: acknowledged when what it says is kept. */
    public void notification(Node notification) {
        events.notification(notification);
        switch (notification.attributes().getString("type", "")) {
            case "encrypt" -> {
                if (notification.hasNode("identity")) {
                    later(notification, () -> notifications.identity(notification));
                } else {
                    replies.acknowledge(notification);
                }
            }
            case "privacy_token" -> later(notification, () -> notifications.tokens(notification));
            case "devices" -> later(notification, () -> notifications.devices(notification));
            case "account_sync" -> later(notification, () -> notifications.ownDevices(notification, self));
            case "mex" -> later(notification, () -> events.newChats(notification));
            case "server_sync" -> later(notification, () -> appState.changed(notification));
            default -> replies.acknowledge(notification);
        }
    }

    /** What cannot be stored is not acknowledged: it comes again. */
    private void later(Node notification, Runnable store) {
        if (waiting.incrementAndGet() > MOST_WAITING) {
            waiting.decrementAndGet();
            return;
        }
        executor.execute(() -> {
            try {
                store.run();
                replies.acknowledge(notification);
            } catch (RuntimeException e) {
                log.debug("A notification is not kept: {}", e.getClass().getName());
            } finally {
                waiting.decrementAndGet();
            }
        });
    }

    /** The device has logged in: does what the connection before did not. Returns at once. */
    public void begin() {
        appState.begin();
    }

    /** The app state has changed, the server does not say what of it. Blocks; throws when that cannot be stored. */
    public void appStateChanged() {
        appState.changed();
    }

    /** The connection is over: no message and no receipt is confirmed any more. */
    public void close() {
        messages.close();
        receipts.close();
    }
}
