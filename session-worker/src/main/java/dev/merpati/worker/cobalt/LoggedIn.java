package dev.merpati.worker.cobalt;

import dev.merpati.model.command.MediaKind;
import dev.merpati.model.number.NumberStatus;
import dev.merpati.worker.whatsapp.OutgoingMessage;
import dev.merpati.worker.whatsapp.SendResult;
import it.auties.whatsapp.model.jid.Jid;
import it.auties.whatsapp.model.node.Node;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.function.BooleanSupplier;

/** What a session can do while it is logged in. */
final class LoggedIn {
    private static final int ID_BYTES = 9;

    private final Jid self;
    private final Queries queries;
    private final MessageSender sender;
    private final MediaServer mediaServer;
    private final NumberQuery numbers;

    LoggedIn(Jid self, Queries queries, MessageSender sender, MediaServer mediaServer) {
        this.self = self;
        this.queries = queries;
        this.sender = sender;
        this.mediaServer = mediaServer;
        numbers = new NumberQuery(queries);
    }

    /** Digits only. */
    String phoneNumber() {
        return self.user();
    }

    SendResult send(OutgoingMessage message, BooleanSupplier stillOurs, Deadline deadline) {
        return switch (message) {
            case OutgoingMessage.Text(String id, String to, String text) ->
                sender.send(id, to, Content.text(text), stillOurs, deadline);
            case OutgoingMessage.Media media -> send(media, stillOurs, deadline);
        };
    }

    private SendResult send(OutgoingMessage.Media message, BooleanSupplier stillOurs, Deadline deadline) {
        Content content;
        try {
            var type = MediaMessages.attachmentType(message.media().kind());
            var media = EncryptedMedia.of(message.content(), type);
            content = MediaMessages.of(message, media, mediaServer.store(media, type, deadline));
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
        return sender.send(captionId(message.messageId()), message.to(), Content.text(caption), stillOurs, deadline);
    }

    /** The same for each try, so that a second one is recognised. */
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
        return numbers.ask(phoneNumbers, deadline);
    }

    /** Whether WhatsApp confirmed it. */
    boolean unlink(Deadline deadline) {
        var request = Node.of("remove-companion-device", Map.of("jid", self, "reason", "user_initiated"));
        return queries.ask("set", "md", deadline, request) instanceof Answer.Result;
    }
}
