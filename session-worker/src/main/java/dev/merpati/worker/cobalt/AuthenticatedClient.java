package dev.merpati.worker.cobalt;

import dev.merpati.model.command.MediaKind;
import dev.merpati.model.number.NumberStatus;
import dev.merpati.worker.whatsapp.OutgoingMessage;
import dev.merpati.worker.whatsapp.SendResult;
import it.auties.whatsapp.controller.Store;
import it.auties.whatsapp.model.jid.Jid;
import it.auties.whatsapp.model.node.Node;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.function.BooleanSupplier;

/**
 * What a linked device does on a {@link WhatsAppStream}: logs in, sends messages, asks questions, and handles the
 * messages, receipts and notifications that the server sends.
 */
final class AuthenticatedClient {
    private static final int ID_BYTES = 9;

    private final ConnectorContext context;
    private final StreamListener listener;
    private final Jid self;
    private final Acknowledgements acknowledgements = new Acknowledgements();
    private final InboundStanzas inbound;
    private final IqClient iq;
    private final UserDirectory users;
    private final Login login;
    private final MessageSender sender;
    private final MediaUploader media;

    /** @param self the address of {@code device} */
    AuthenticatedClient(
            ConnectorContext context,
            Device device,
            Jid self,
            CobaltSocket socket,
            Store store,
            SignalKeyStore signalKeys,
            StreamListener listener) {
        this.context = context;
        this.listener = listener;
        this.self = self;
        iq = new IqClient(socket, context.timing().answer());
        users = new UserDirectory(iq);
        inbound = new InboundStanzas(socket, store, signalKeys);
        login = new Login(iq, device.keys(), signalKeys, listener::saveCredentials);
        media = new MediaUploader(iq, context.media());
        sender = new MessageSender(
                socket,
                users,
                new KeyBundles(iq, socket, signalKeys),
                new MessageEncryptor(signalKeys, self),
                acknowledgements,
                context.timing().answer());
    }

    /** Does what is left to do after the server's {@code success}; returns whether that was done in time. Blocks. */
    boolean logIn() {
        return login.complete(Deadline.in(context.timing().login()));
    }

    /** Returns this account's own number, digits only. */
    String phoneNumber() {
        return self.user();
    }

    SendResult send(OutgoingMessage message, BooleanSupplier stillOurs, Deadline deadline) {
        return switch (message) {
            case OutgoingMessage.Text(String id, String to, String text) ->
                sender.send(id, to, MessageContent.text(text), stillOurs, deadline);
            case OutgoingMessage.Media file -> send(file, stillOurs, deadline);
        };
    }

    private SendResult send(OutgoingMessage.Media message, BooleanSupplier stillOurs, Deadline deadline) {
        MessageContent content;
        try {
            var type = MessageContent.attachmentType(message.media().kind());
            var encrypted = EncryptedMedia.of(message.content(), type);
            content = MessageContent.media(message, encrypted, media.upload(encrypted, type, deadline));
        } catch (SendFailedException e) {
            return e.result();
        }
        var result = sender.send(message.messageId(), message.to(), content, stillOurs, deadline);
        var caption = message.caption();
        if (caption == null
                || message.media().kind() != MediaKind.AUDIO
                || !(result instanceof SendResult.Acknowledged)) {
            return result;
        }
        // WhatsApp has no captions on audio. When the text fails, all is sent again under the same two ids.
        return sender.send(
                captionId(message.messageId()), message.to(), MessageContent.text(caption), stillOurs, deadline);
    }

    /** Derives the id of the text that follows an audio; the same for each try, so that a second one is recognised. */
    static String captionId(String messageId) {
        try {
            var hash = MessageDigest.getInstance("SHA-256")
                    .digest(("caption of " + messageId).getBytes(StandardCharsets.UTF_8));
            return "3EB0" + HexFormat.of().withUpperCase().formatHex(hash, 0, ID_BYTES);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException(e);
        }
    }

    Map<String, NumberStatus> checkNumbers(List<String> phoneNumbers, Deadline deadline) {
        return users.checkNumbers(phoneNumbers, deadline);
    }

    /** Unlinks this device; returns whether WhatsApp confirmed it. */
    boolean unlink(Deadline deadline) {
        var request = Node.of("remove-companion-device", Map.of("jid", self, "reason", "user_initiated"));
        return iq.query("set", "md", deadline, request) instanceof IqClient.Result;
    }

    /** Ends what waits for an acknowledgement: the connection is over. */
    void connectionLost() {
        acknowledgements.lost();
    }

    /** Handles a stanza. Called on the thread that reads; returns soon. */
    void onStanza(Node stanza) {
        switch (stanza.description()) {
            case "ack" -> acknowledgements.received(stanza);
            case "receipt" -> receipt(stanza);
            case "message" -> inbound.message(stanza);
            case "notification" -> notification(stanza);
            case "call" -> inbound.acknowledge(stanza);
            default -> {
                // Presences, typing, hints for clients with a screen.
            }
        }
    }

    private void receipt(Node receipt) {
        inbound.acknowledge(receipt);
        if (Receipts.asksForRetry(receipt)) {
            var device = receipt.attributes().getRequiredJid("from");
            Receipts.messageIds(receipt).forEach(id -> sender.resend(id, device));
        } else {
            Receipts.of(receipt)
                    .ifPresent(what -> Receipts.messageIds(receipt).forEach(id -> listener.receipt(id, what)));
        }
    }

    private void notification(Node notification) {
        inbound.acknowledge(notification);
        switch (notification.attributes().getString("type")) {
            case "encrypt" -> {
                if (notification.hasNode("count")) {
                    Thread.ofVirtual()
                            .name("whatsapp-prekeys")
                            .start(() -> login.replenishPreKeys(
                                    Deadline.in(context.timing().login())));
                }
            }
            case "devices", "account_sync" ->
                notification.attributes().getOptionalJid("from").ifPresent(users::forget);
            default -> {
                // Groups, pictures, settings.
            }
        }
    }
}
