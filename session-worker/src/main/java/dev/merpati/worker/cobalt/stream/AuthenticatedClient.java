package dev.merpati.worker.cobalt.stream;

import dev.merpati.model.command.MediaKind;
import dev.merpati.worker.cobalt.ConnectorContext;
import dev.merpati.worker.cobalt.account.Account;
import dev.merpati.worker.cobalt.account.AccountTraits;
import dev.merpati.worker.cobalt.account.LidMap;
import dev.merpati.worker.cobalt.address.Address;
import dev.merpati.worker.cobalt.crypto.Primitives;
import dev.merpati.worker.cobalt.engine.StanzaChannel;
import dev.merpati.worker.cobalt.keys.Device;
import dev.merpati.worker.cobalt.keys.SignalKeyStore;
import dev.merpati.worker.cobalt.media.EncryptedMedia;
import dev.merpati.worker.cobalt.media.MediaDownloader;
import dev.merpati.worker.cobalt.media.MediaUploader;
import dev.merpati.worker.cobalt.query.Deadline;
import dev.merpati.worker.cobalt.query.IqClient;
import dev.merpati.worker.cobalt.query.SendFailedException;
import dev.merpati.worker.cobalt.query.UserDirectory;
import dev.merpati.worker.cobalt.receive.InboundReceipts;
import dev.merpati.worker.cobalt.receive.InboundStanzas;
import dev.merpati.worker.cobalt.receive.Reuploads;
import dev.merpati.worker.cobalt.send.Acknowledgements;
import dev.merpati.worker.cobalt.send.MessageContent;
import dev.merpati.worker.cobalt.send.MessageSender;
import dev.merpati.worker.whatsapp.IncomingMessage;
import dev.merpati.worker.whatsapp.IncomingReceipt;
import dev.merpati.worker.whatsapp.NumberCheck;
import dev.merpati.worker.whatsapp.OutgoingMessage;
import dev.merpati.worker.whatsapp.ReceivedReference;
import dev.merpati.worker.whatsapp.ReuploadResult;
import dev.merpati.worker.whatsapp.SendResult;
import it.auties.whatsapp.model.jid.Jid;
import it.auties.whatsapp.model.media.AttachmentType;
import it.auties.whatsapp.model.node.Node;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What a linked device does on a {@link WhatsAppStream}: logs in, sends messages, asks questions, and handles the
 * messages, receipts and notifications that the server sends.
 */
public final class AuthenticatedClient {
    private static final Logger log = LoggerFactory.getLogger(AuthenticatedClient.class);
    private static final int ID_BYTES = 9;

    private final ConnectorContext context;
    private final StreamListener listener;
    private final Device device;
    private final Jid self;
    private final Acknowledgements acknowledgements = new Acknowledgements();
    private final InboundStanzas inbound;
    private final IqClient iq;
    private final UserDirectory users;
    private final PreKeyUpkeep preKeys;
    private final Login login;
    private final MessageSender sender;
    private final MediaUploader media;
    private final Reuploads reuploads;
    private final AccountTraits traits;
    private final LidMap lids;
    private final WebClientRoutine routine;
    private final OfflineBacklog backlog;
    private final ServerInformation information;

    /** The id of the last audio that was acknowledged, so that another try sends only its text. */
    private volatile @Nullable String acknowledgedAudio;

    /**
     * @param self the address of {@code device}
     * @param overflow called when messages were dropped, which come again on the next stream only
     */
    AuthenticatedClient(
            ConnectorContext context,
            Device device,
            Jid self,
            Account account,
            StanzaChannel channel,
            SignalKeyStore signalKeys,
            StreamListener listener,
            Runnable overflow) {
        this.context = context;
        this.listener = listener;
        this.device = device;
        this.self = self;
        iq = new IqClient(channel, context.timing().answer());
        Address number = Address.of(self).orElseThrow();
        users = new UserDirectory(iq, number, account.traits(), account.lids());
        preKeys = new PreKeyUpkeep(
                iq,
                signalKeys.preKeys(),
                context.settings().preKeys(),
                context.timing().answer(),
                context.timer(),
                InstantSource.system());
        login = new Login(iq, signalKeys, preKeys, listener::saveCredentials);
        traits = account.traits();
        lids = account.lids();
        routine = new WebClientRoutine(iq, channel::send, traits, InstantSource.system());
        media = new MediaUploader(iq, context.media());
        reuploads = new Reuploads(number, channel::send, InstantSource.system());
        inbound = new InboundStanzas(
                self.user(),
                account,
                signalKeys,
                iq,
                new MediaDownloader(media, context.media()),
                channel::send,
                new InboundEvents(overflow));
        backlog = new OfflineBacklog(channel::send, context.timer(), inbound::hasRoom);
        information = new ServerInformation(
                backlog,
                new EdgeRouting(account.records()),
                iq,
                context.timing().answer(),
                this::changedMeanwhile);
        sender = new MessageSender(
                channel,
                iq,
                number,
                account,
                users,
                signalKeys,
                acknowledgements,
                context.settings().newChatQueries(),
                context.timer(),
                context.timing().answer(),
                listener::restricted);
    }

    /** Does what is left to do after the server's {@code success}; returns whether that was done in time. Blocks. */
    boolean logIn(Node success) {
        Deadline deadline = Deadline.in(context.timing().login());
        if (!rememberOwnLid(success) || !login.complete(deadline)) {
            return false;
        }
        routine.run(success);
        preKeys.begin();
        sender.begin();
        inbound.begin();
        return true;
    }

    /** Of what the server calls dirty, groups and channels are not kept here. */
    private void changedMeanwhile(String type) {
        switch (type) {
            case "account_sync" -> users.forget(Address.of(self).orElseThrow());
            case "syncd_app_state" -> inbound.appStateChanged();
            default -> log.debug("{} has changed, of which nothing is kept", type);
        }
    }

    private boolean rememberOwnLid(Node success) {
        try {
            success.attributes().getOptionalJid("lid").flatMap(Address::of).ifPresent(lid -> {
                traits.ownLid(lid.user());
                lids.put(self.user(), lid.user()); // Signal sessions with one's own devices are kept under it.
            });
            return true;
        } catch (RuntimeException e) {
            log.debug("The account's hidden id is not stored: {}", e.toString());
            return false;
        }
    }

    /** Returns this account's own number, digits only. */
    public String phoneNumber() {
        return self.user();
    }

    /** @param timeout for the queries and the acknowledgement of each stanza; an upload has its own, by its size */
    public SendResult send(OutgoingMessage message, BooleanSupplier stillOurs, Duration timeout) {
        return switch (message) {
            case OutgoingMessage.Text(String id, String to, String text) ->
                sender.send(id, to, MessageContent.text(text), stillOurs, Deadline.in(timeout));
            case OutgoingMessage.Media file -> {
                try {
                    yield send(file, uploaded(file), stillOurs, timeout);
                } catch (SendFailedException e) {
                    yield e.result();
                }
            }
        };
    }

    private MessageContent uploaded(OutgoingMessage.Media message) throws SendFailedException {
        ConnectorContext.UploadKey key = new ConnectorContext.UploadKey(device.sessionId(), message.messageId());
        MessageContent known = context.uploaded().getIfPresent(key);
        if (known != null) {
            return known;
        }
        AttachmentType type = MessageContent.attachmentType(message.media().kind());
        EncryptedMedia encrypted = EncryptedMedia.of(message.content(), type);
        Deadline deadline = Deadline.in(context.settings().uploads().atMost(encrypted.encryptedLength()));
        MessageContent content = MessageContent.media(message, encrypted, media.upload(encrypted, type, deadline));
        context.uploaded().put(key, content);
        return content;
    }

    private SendResult send(
            OutgoingMessage.Media message, MessageContent content, BooleanSupplier stillOurs, Duration timeout) {
        String id = message.messageId();
        String text = message.caption();
        if (text == null || message.media().kind() != MediaKind.AUDIO) {
            return sender.send(id, message.to(), content, stillOurs, Deadline.in(timeout));
        }
        // WhatsApp has no captions on audio: the text is a message of its own.
        if (!id.equals(acknowledgedAudio)) {
            SendResult result = sender.send(id, message.to(), content, stillOurs, Deadline.in(timeout));
            if (!(result instanceof SendResult.Acknowledged)) {
                return result;
            }
            acknowledgedAudio = id;
        }
        String textId = textMessageId(id);
        return afterAudio(
                textId, sender.send(textId, message.to(), MessageContent.text(text), stillOurs, Deadline.in(timeout)));
    }

    /** Returns the result of both, given that of the text: after the audio was acknowledged nothing is "not sent". */
    public static SendResult afterAudio(String textId, SendResult text) {
        return switch (text) {
            case SendResult.Acknowledged(String whatsappNumber, String _) ->
                new SendResult.Acknowledged(whatsappNumber, textId);
            case SendResult.Unconfirmed _, SendResult.PartlyAcknowledged _ -> text;
            case SendResult.NotSent(String detail) ->
                new SendResult.Unconfirmed("the audio was acknowledged, its text did not leave: " + detail);
            case SendResult.RecipientUnreachable(String detail) ->
                new SendResult.PartlyAcknowledged("the audio was acknowledged, its text did not leave: " + detail);
            case SendResult.Restricted(Instant until) ->
                new SendResult.PartlyAcknowledged("the audio was acknowledged, its text may not leave until " + until);
            case SendResult.Refused(int reason) ->
                new SendResult.PartlyAcknowledged("the audio was acknowledged, its text was refused: " + reason);
            case SendResult.MediaRefused(int status) ->
                new SendResult.PartlyAcknowledged("the audio was acknowledged, then the media server said " + status);
        };
    }

    /** Derives the id of the text that follows an audio; the same for each try, so that a second one is recognised. */
    public static String textMessageId(String messageId) {
        byte[] hash = Primitives.sha256(("caption of " + messageId).getBytes(StandardCharsets.UTF_8));
        return "3EB0" + HexFormat.of().withUpperCase().formatHex(hash, 0, ID_BYTES);
    }

    public Map<String, NumberCheck> checkNumbers(List<String> phoneNumbers, Deadline deadline) {
        return users.checkNumbers(phoneNumbers, deadline);
    }

    /** As {@link dev.merpati.worker.whatsapp.WhatsAppConnection#requestReupload}. */
    public CompletableFuture<ReuploadResult> requestReupload(ReceivedReference file) {
        return reuploads.request(file);
    }

    /** Unlinks this device; returns whether WhatsApp confirmed it. */
    public boolean unlink(Deadline deadline) {
        Node request = Node.of("remove-companion-device", Map.of("jid", self, "reason", "user_initiated"));
        return iq.query("set", "md", deadline, request) instanceof IqClient.Result;
    }

    /** Ends uploads and what waits for an acknowledgement: the connection is over. */
    void connectionLost() {
        inbound.close();
        preKeys.end();
        backlog.close();
        media.close();
        reuploads.end();
        acknowledgements.lost();
        sender.end();
    }

    /** Handles a stanza. Called on the thread that reads; returns soon. */
    void onStanza(Node stanza) {
        backlog.stanza(stanza);
        switch (stanza.description()) {
            case "ack" -> acknowledgements.received(stanza);
            case "receipt" -> receipt(stanza);
            case "message" -> inbound.message(stanza);
            case "notification" -> inbound.notification(stanza);
            case "call" -> inbound.acknowledge(stanza);
            case "ib" -> information.received(stanza);
            default -> {
                // Presences, typing, hints for clients with a screen.
            }
        }
    }

    private void receipt(Node receipt) {
        if (InboundReceipts.asksForRetry(receipt)) {
            inbound.acknowledge(receipt);
            sender.resend(receipt);
        } else {
            inbound.receipt(receipt);
        }
    }

    private final class InboundEvents implements InboundStanzas.Events {
        private final Runnable overflow;

        InboundEvents(Runnable overflow) {
            this.overflow = overflow;
        }

        @Override
        public void message(IncomingMessage message) {
            listener.message(message);
        }

        @Override
        public void receipt(IncomingReceipt receipt) {
            listener.receipt(receipt);
        }

        @Override
        public void overflown() {
            overflow.run();
        }

        @Override
        public void notification(Node notification) {
            switch (notification.attributes().getString("type", "")) {
                case "encrypt" -> {
                    if (notification.hasNode("identity")) {
                        Address.in(notification, "from").ifPresent(sender::identityChanged);
                    }
                    notification
                            .findChild("count")
                            .ifPresent(count -> preKeys.low(count.attributes().getInt("value")));
                    if (notification.hasNode("digest")) {
                        preKeys.check();
                    }
                }
                case "devices", "account_sync" -> {
                    Address.in(notification, "from").ifPresent(users::forget);
                    Address.in(notification, "lid").ifPresent(users::forget);
                }
                case "mediaretry" -> reuploads.answered(notification);
                default -> {
                    // Groups, pictures, settings.
                }
            }
        }

        @Override
        public void newChats(Node notification) {
            sender.notified(notification);
        }

        @Override
        public void chatsMigrated() {
            routine.properties();
        }
    }
}
