package dev.merpati.simulator.phone;

import dev.merpati.simulator.crypto.Bytes;
import dev.merpati.simulator.media.MediaReference;
import dev.merpati.simulator.node.Jid;
import dev.merpati.simulator.proto.ProtoBuilder;
import dev.merpati.simulator.proto.ProtoMessage;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Writes {@code Message} protobufs as official apps do, by the same schema as {@link MessageReader}. What the phone shows
 * of a message is read from what was written.
 */
public final class MessageWriter {
    private static final int CONTEXT = 17;
    private static final int SECRET_BYTES = 32;

    private final Jid chat;
    private final @Nullable Quoted quoted;

    /**
     * A message that is answered.
     *
     * @param author the address of who wrote it
     * @param bytes the encoded message
     */
    @SuppressWarnings("ArrayRecordComponent") // never compared
    public record Quoted(String id, Jid author, byte[] bytes) {}

    /**
     * @param chat the other side's address in the chat
     * @param quoted the message that is answered; null for none
     */
    public MessageWriter(Jid chat, @Nullable Quoted quoted) {
        this.chat = chat;
        this.quoted = quoted;
    }

    public Draft text(String text) {
        ProtoBuilder message = ProtoMessage.builder();
        if (quoted == null) {
            message.text(1, text);
        } else {
            message.message(6, context(ProtoMessage.builder().text(1, text)));
        }
        return draft(message, "text");
    }

    /** A file that is in the media storage. */
    public Draft media(MediaType type, MediaReference file, MediaDetails details) {
        MediaType.Fields at = type.fields();
        ProtoBuilder media = ProtoMessage.builder()
                .text(at.mimeType(), details.mimeType())
                .bytes(at.sha256(), file.sha256())
                .number(at.length(), file.length())
                .bytes(at.key(), file.key())
                .bytes(at.encryptedSha256(), file.encryptedSha256())
                .text(at.path(), file.path());
        optional(media, at.caption(), details.caption());
        optional(media, at.fileName(), details.fileName());
        if (at.seconds() != 0) {
            media.number(at.seconds(), details.seconds());
        }
        if (type == MediaType.VOICE) {
            media.number(MediaType.PUSH_TO_TALK, 1);
        }
        ProtoBuilder message = ProtoMessage.builder();
        if (details.viewOnce() && at.viewOnce() != 0) {
            media.number(at.viewOnce(), 1);
            ProtoBuilder inner = ProtoMessage.builder().message(type.field(), context(media));
            message.message(55, ProtoMessage.builder().message(1, inner));
        } else {
            message.message(type.field(), context(media));
        }
        return draft(message, "media").withMedia(type.mediaType());
    }

    /** @param seconds how long a recording lasts; 0 for what lasts no time */
    public record MediaDetails(
            String mimeType,
            @Nullable String caption,
            @Nullable String fileName,
            int seconds,
            boolean viewOnce) {}

    public Draft location(double latitude, double longitude, Optional<String> name, Optional<String> address) {
        ProtoBuilder location = ProtoMessage.builder().decimal(1, latitude).decimal(2, longitude);
        name.ifPresent(value -> location.text(3, value));
        address.ifPresent(value -> location.text(4, value));
        return draft(ProtoMessage.builder().message(5, context(location)), "media")
                .withMedia("location");
    }

    public Draft contact(String name, String vcard) {
        ProtoBuilder contact = ProtoMessage.builder().text(1, name).text(16, vcard);
        return draft(ProtoMessage.builder().message(4, context(contact)), "media")
                .withMedia("vcard");
    }

    /** @param selectable how many options one may choose; 0 for any number */
    public Draft poll(String question, List<String> options, int selectable) {
        ProtoBuilder poll = ProtoMessage.builder().text(2, question);
        options.forEach(option -> poll.message(3, ProtoMessage.builder().text(1, option)));
        poll.number(4, selectable);
        ProtoBuilder message = ProtoMessage.builder()
                .message(35, ProtoMessage.builder().bytes(3, Bytes.random(SECRET_BYTES)))
                .message(64, poll);
        return draft(message, "poll");
    }

    /** @param emoji empty takes the reaction back */
    public Draft reaction(String id, boolean own, String emoji) {
        ProtoBuilder reaction = ProtoMessage.builder().message(1, key(id, own)).text(2, emoji);
        return draft(ProtoMessage.builder().message(46, reaction), "reaction");
    }

    public Draft edit(String id, String text, long nowMillis) {
        ProtoBuilder edit = ProtoMessage.builder()
                .message(1, key(id, true))
                .number(2, 14)
                .message(14, ProtoMessage.builder().text(1, text))
                .number(15, nowMillis);
        return draft(ProtoMessage.builder().message(12, edit), "text").withEdit("1");
    }

    public Draft delete(String id) {
        ProtoBuilder revoke = ProtoMessage.builder().message(1, key(id, true)).number(2, 0);
        return draft(ProtoMessage.builder().message(12, revoke), "text").withEdit("7");
    }

    /** What an answer repeats of a received message: its text, since the message itself is not kept. */
    public static byte[] summary(MessageContent content) {
        String text = content.text() == null ? content.caption() : content.text();
        return ProtoMessage.builder().text(1, text == null ? "" : text).build();
    }

    private ProtoBuilder key(String id, boolean own) {
        return ProtoMessage.builder()
                .text(1, chat.withoutDevice().toString())
                .number(2, own ? 1 : 0)
                .text(3, id);
    }

    private ProtoBuilder context(ProtoBuilder message) {
        if (quoted != null) {
            message.message(
                    CONTEXT,
                    ProtoMessage.builder()
                            .text(1, quoted.id())
                            .text(2, quoted.author().withoutDevice().toString())
                            .bytes(3, quoted.bytes()));
        }
        return message;
    }

    private static void optional(ProtoBuilder message, int field, @Nullable String value) {
        if (field != 0 && value != null) {
            message.text(field, value);
        }
    }

    private static Draft draft(ProtoBuilder message, String stanzaType) {
        byte[] bytes = message.build();
        return new Draft(MessageContent.of(ProtoMessage.parse(bytes)), bytes, stanzaType);
    }
}
