package dev.merpati.worker.cobalt.receive;

import dev.merpati.worker.cobalt.keys.SignalKeyStore;
import dev.merpati.worker.cobalt.transport.SerialExecutor;
import it.auties.whatsapp.controller.Store;
import it.auties.whatsapp.model.jid.Jid;
import it.auties.whatsapp.model.jid.JidServer;
import it.auties.whatsapp.model.node.Attributes;
import it.auties.whatsapp.model.node.Node;
import it.auties.whatsapp.socket.SocketHandler;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What others send. Everything is acknowledged, or the server would send it again at each login and in the end hold it
 * against the device; messages to this account are decrypted too, since that is a step of the Signal session, and
 * then forgotten.
 */
public final class InboundStanzas {
    private static final Logger log = LoggerFactory.getLogger(InboundStanzas.class);

    private static final int HIDDEN_DOMAIN = 1;

    private final SerialExecutor messages = new SerialExecutor("whatsapp-inbound");
    private final SocketHandler cobalt;
    private final Store store;
    private final SignalKeyStore signalKeys;

    public InboundStanzas(SocketHandler cobalt, Store store, SignalKeyStore signalKeys) {
        this.cobalt = cobalt;
        this.store = store;
        this.signalKeys = signalKeys;
    }

    /** Acknowledges a stanza by its own attributes: they are right whatever kind of address they hold. */
    public void acknowledge(Node stanza) {
        Attributes attributes = Attributes.of()
                .put("id", stanza.id())
                .put("to", stanza.attributes().toMap().get("from"))
                .put("class", stanza.description());
        for (String name : List.of("participant", "recipient", "type")) {
            Object value = stanza.attributes().toMap().get(name);
            attributes.put(name, value, value != null);
        }
        CompletableFuture<Void> _ = cobalt.sendNodeWithNoResponse(Node.of("ack", attributes));
    }

    /** Returns at once: the keys are stored before the acknowledgement, which blocks. */
    public void message(Node message) {
        messages.execute(() -> handle(message));
    }

    void handle(Node message) {
        Jid from = message.attributes().getRequiredJid("from");
        if (!isFromPerson(from) || decrypt(message, from)) {
            acknowledge(message);
            confirmDelivery(message, from);
        }
    }

    /** Groups, channels and status updates are of no use here. */
    private static boolean isFromPerson(Jid from) {
        return isHidden(from) || from.hasServer(JidServer.whatsapp()) || from.hasServer(JidServer.user());
    }

    private static boolean isHidden(Jid address) {
        return address.hasServer(JidServer.lid()) || address.agent() == HIDDEN_DOMAIN;
    }

    /** Whether that was tried: not when the keys are frozen. */
    private boolean decrypt(Node message, Jid from) {
        Node readable = isHidden(from) ? readable(message, from) : message;
        try {
            boolean tried = signalKeys.change(from, () -> {
                cobalt.decodeMessage(readable, null, false);
                store.chats().forEach(store::removeChat);
                List.copyOf(store.contacts()).forEach(store::removeContact);
            });
            signalKeys.save();
            return tried;
        } catch (SignalKeyStore.UnavailableException e) {
            log.debug("A message is left unacknowledged: {}", e.getMessage());
            return false;
        }
    }

    /**
     * Cobalt takes a sender with a hidden address for a group, and one with the server of numbers for a person. The Signal
     * session is that of the hidden id, as for what is sent.
     */
    private static Node readable(Node message, Jid from) {
        // Not by copy(), which shares the map.
        Attributes attributes =
                new Attributes(new LinkedHashMap<>(message.attributes().toMap()));
        attributes.put("from", Jid.of(from.user(), JidServer.whatsapp(), from.device(), 0));
        return new Node(message.description(), attributes, message.content());
    }

    /** "inactive": the device has it, but nobody looks at it; the phone goes on showing notifications. */
    private void confirmDelivery(Node message, Jid from) {
        if (!isFromPerson(from)) {
            return;
        }
        boolean own =
                store.jid().filter(self -> self.user().equals(from.user())).isPresent();
        String type = "inactive";
        if (message.attributes().hasValue("category", "peer")) {
            type = "peer_msg";
        } else if (own) {
            type = "sender";
        }
        Attributes attributes = Attributes.of()
                .put("id", message.id())
                .put("to", message.attributes().toMap().get("from"))
                .put("type", type);
        Object recipient = message.attributes().toMap().get("recipient");
        attributes.put("recipient", recipient, recipient != null);
        CompletableFuture<Void> _ = cobalt.sendNodeWithNoResponse(Node.of("receipt", attributes));
    }
}
