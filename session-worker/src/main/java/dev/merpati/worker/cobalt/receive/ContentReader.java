package dev.merpati.worker.cobalt.receive;

import dev.merpati.worker.cobalt.proto.MalformedProtobufException;
import dev.merpati.worker.cobalt.proto.ProtoFields;
import dev.merpati.worker.whatsapp.IncomingContent;
import dev.merpati.worker.whatsapp.IncomingContent.MediaType;
import dev.merpati.worker.whatsapp.IncomingMessage;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Reads what a {@code Message} says (whatsmeow {@code proto/waE2E/WAWebProtobufsE2E.proto}). */
final class ContentReader {
    static final int PROTOCOL = 12;
    static final int REVOKE = 0;
    private static final int MESSAGE_EDIT = 14;
    private static final int CONVERSATION = 1;
    private static final int EXTENDED_TEXT = 6;
    private static final int CONTEXT = 17;
    private static final int SENDER_KEY_DISTRIBUTION = 2;
    private static final int MESSAGE_CONTEXT_INFO = 35;

    /** Messages that only hold another one: ephemeral, view once (three kinds), document with caption, edited, sticker. */
    private static final List<Integer> WRAPPERS = List.of(37, 40, 53, 55, 58, 59, 74);

    private static final Set<Integer> VIEW_ONCE_WRAPPERS = Set.of(37, 55, 59);
    private static final int MOST_WRAPPERS = 4;
    private static final Set<Integer> NOTHING_SAID = Set.of(SENDER_KEY_DISTRIBUTION, MESSAGE_CONTEXT_INFO);

    /** Where each kind of file keeps its description; 0 where it has none. */
    private record MediaFields(
            MediaType type,
            int mime,
            int sha,
            int length,
            int key,
            int encSha,
            int path,
            int caption,
            int name,
            int seconds,
            int viewOnce) {}

    private static final Map<Integer, MediaFields> MEDIA = Map.of(
            3, new MediaFields(MediaType.IMAGE, 2, 4, 5, 8, 9, 11, 3, 0, 0, 25),
            7, new MediaFields(MediaType.DOCUMENT, 2, 4, 5, 7, 9, 10, 20, 8, 0, 0),
            8, new MediaFields(MediaType.AUDIO, 2, 3, 4, 7, 8, 9, 0, 0, 5, 21),
            9, new MediaFields(MediaType.VIDEO, 2, 3, 4, 6, 11, 13, 7, 0, 5, 20),
            26, new MediaFields(MediaType.STICKER, 5, 2, 9, 4, 3, 8, 0, 0, 0, 0),
            66, new MediaFields(MediaType.VIDEO_NOTE, 2, 3, 4, 6, 11, 13, 7, 0, 5, 20));

    private static final int PUSH_TO_TALK = 6;
    private static final List<Integer> POLLS = List.of(49, 60, 64);

    private IncomingMessage.@Nullable Quoted quoted;
    private boolean viewOnce;

    private ContentReader() {}

    /** Whether a field of a {@code Message} is there for other reasons than to say something. */
    static boolean saysNothing(int field) {
        return NOTHING_SAID.contains(field);
    }

    /** What a message says, and which one it answers. */
    record Read(IncomingContent content, IncomingMessage.@Nullable Quoted quoted) {}

    static Read read(ProtoFields message) throws MalformedProtobufException {
        ContentReader reader = new ContentReader();
        IncomingContent content = reader.content(message);
        return new Read(content, reader.quoted);
    }

    private IncomingContent content(ProtoFields wrapped) throws MalformedProtobufException {
        ProtoFields message = unwrap(wrapped);
        Optional<String> conversation = message.text(CONVERSATION);
        if (conversation.isPresent()) {
            return new IncomingContent.Text(conversation.get());
        }
        Optional<ProtoFields> extended = message.message(EXTENDED_TEXT);
        if (extended.isPresent()) {
            context(extended.get(), CONTEXT);
            return new IncomingContent.Text(extended.get().text(1).orElse(""));
        }
        for (Map.Entry<Integer, MediaFields> kind : MEDIA.entrySet()) {
            Optional<ProtoFields> media = message.message(kind.getKey());
            if (media.isPresent()) {
                return media(media.get(), kind.getValue());
            }
        }
        Optional<ProtoFields> protocol = message.message(PROTOCOL);
        return protocol.isPresent() ? protocol(protocol.get()) : structured(message);
    }

    private ProtoFields unwrap(ProtoFields wrapped) throws MalformedProtobufException {
        ProtoFields message = wrapped;
        for (int depth = 0; depth < MOST_WRAPPERS; depth++) {
            ProtoFields inner = null;
            for (int wrapper : WRAPPERS) {
                Optional<ProtoFields> outer = message.message(wrapper);
                if (outer.isPresent()) {
                    inner = outer.get().message(1).orElse(null);
                    viewOnce |= VIEW_ONCE_WRAPPERS.contains(wrapper);
                }
            }
            if (inner == null) {
                return message;
            }
            message = inner;
        }
        return message;
    }

    private IncomingContent media(ProtoFields media, MediaFields at) throws MalformedProtobufException {
        context(media, CONTEXT);
        boolean voice = at.type == MediaType.AUDIO && media.flag(PUSH_TO_TALK);
        return new IncomingContent.Media(
                voice ? MediaType.VOICE : at.type,
                text(media, at.mime),
                text(media, at.path),
                text(media, 1),
                media.bytes(at.key).orElse(new byte[0]),
                media.bytes(at.sha).orElse(new byte[0]),
                media.bytes(at.encSha).orElse(new byte[0]),
                media.number(at.length).orElse(0),
                text(media, at.caption),
                text(media, at.name),
                at.seconds == 0 ? 0 : (int) media.number(at.seconds).orElse(0),
                viewOnce || (at.viewOnce != 0 && media.flag(at.viewOnce)));
    }

    private IncomingContent protocol(ProtoFields protocol) throws MalformedProtobufException {
        Optional<String> target = target(protocol);
        int type = (int) protocol.number(2).orElse(REVOKE);
        if (target.isPresent() && type == REVOKE) {
            return new IncomingContent.Revoke(target.get());
        }
        Optional<ProtoFields> edited = protocol.message(14);
        return target.isPresent() && type == MESSAGE_EDIT && edited.isPresent()
                ? new IncomingContent.Edit(target.get(), content(edited.get()))
                : new IncomingContent.Unsupported(PROTOCOL);
    }

    private IncomingContent structured(ProtoFields message) throws MalformedProtobufException {
        Optional<ProtoFields> reaction = message.message(46);
        if (reaction.isPresent()) {
            Optional<String> target = target(reaction.get());
            if (target.isPresent()) {
                return new IncomingContent.Reaction(
                        target.get(), reaction.get().text(2).orElse(""));
            }
        }
        for (int field : List.of(5, 18)) {
            Optional<ProtoFields> location = message.message(field);
            if (location.isPresent()) {
                return location(location.get(), field == 18);
            }
        }
        Optional<ProtoFields> contact = message.message(4);
        Optional<ProtoFields> contacts = message.message(13);
        if (contact.isPresent() || contacts.isPresent()) {
            return contacts(
                    contact.isPresent()
                            ? List.of(contact.get())
                            : contacts.orElseThrow().messages(2),
                    contact.or(() -> contacts).orElseThrow());
        }
        for (int field : POLLS) {
            Optional<ProtoFields> poll = message.message(field);
            if (poll.isPresent()) {
                return poll(poll.get());
            }
        }
        return new IncomingContent.Unsupported(message.contentFields().stream()
                .filter(field -> !saysNothing(field))
                .min(Integer::compare)
                .orElse(0));
    }

    private IncomingContent location(ProtoFields location, boolean live) throws MalformedProtobufException {
        context(location, CONTEXT);
        return new IncomingContent.Location(
                location.decimal(1).orElse(0),
                location.decimal(2).orElse(0),
                live ? null : text(location, 3),
                live ? null : text(location, 4),
                live);
    }

    private IncomingContent contacts(List<ProtoFields> all, ProtoFields holder) throws MalformedProtobufException {
        context(holder, CONTEXT);
        List<IncomingContent.Contact> contacts = new ArrayList<>();
        for (ProtoFields contact : all) {
            contacts.add(new IncomingContent.Contact(
                    contact.text(1).orElse(""), contact.text(16).orElse("")));
        }
        return new IncomingContent.Contacts(contacts);
    }

    private IncomingContent poll(ProtoFields poll) throws MalformedProtobufException {
        context(poll, 5);
        List<String> options = new ArrayList<>();
        for (ProtoFields option : poll.messages(3)) {
            options.add(option.text(1).orElse(""));
        }
        return new IncomingContent.Poll(
                poll.text(2).orElse(""), options, (int) poll.number(4).orElse(0));
    }

    /** Keeps which message is answered. */
    private void context(ProtoFields content, int field) throws MalformedProtobufException {
        Optional<ProtoFields> context = content.message(field);
        if (context.isPresent()) {
            Optional<String> id = context.get().text(1).filter(text -> !text.isEmpty());
            if (id.isPresent()) {
                quoted = new IncomingMessage.Quoted(id.get(), text(context.get(), 2));
            }
        }
    }

    /** Returns the id in the {@code MessageKey} of what is about another message. */
    private static Optional<String> target(ProtoFields about) throws MalformedProtobufException {
        Optional<ProtoFields> key = about.message(1);
        return key.isPresent() ? key.get().text(3).filter(id -> !id.isEmpty()) : Optional.empty();
    }

    private static @Nullable String text(ProtoFields fields, int field) throws MalformedProtobufException {
        return field == 0 ? null : fields.text(field).orElse(null);
    }
}
