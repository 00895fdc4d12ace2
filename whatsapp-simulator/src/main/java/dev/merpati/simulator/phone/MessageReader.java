package dev.merpati.simulator.phone;

import dev.merpati.simulator.media.MediaReference;
import dev.merpati.simulator.proto.ProtoMessage;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Reads a {@code Message} protobuf. The numbers of the fields are those of WhatsApp's own schema, which several clients
 * publish ({@code WAWebProtobufsE2E.proto}).
 */
final class MessageReader {
    private static final int CONVERSATION = 1;
    private static final int EXTENDED_TEXT = 6;
    private static final int PROTOCOL = 12;
    private static final int CONTEXT = 17;
    private static final int IDENTITY_OF_KEY = 3;

    /** Messages whose only field is another message: disappearing, view once, with a caption, edited. */
    private static final int EPHEMERAL = 40;

    private static final int EDITED = 58;
    private static final List<Integer> WRAPPERS = List.of(EPHEMERAL, 53, EDITED, 62, 74);
    private static final List<Integer> VIEW_ONCE = List.of(37, 55, 59);

    /** Polls of all versions have the same fields. */
    private static final List<Integer> POLLS = List.of(49, 60, 64, 93, 111, 119);

    /** The kinds of {@code ProtocolMessage} that a person sees. */
    private static final int REVOKE = 0;

    private static final int EPHEMERAL_SETTING = 3;
    private static final int MESSAGE_EDIT = 14;

    private final Map<String, Object> details = new LinkedHashMap<>();

    private MessageReader() {}

    static MessageContent read(ProtoMessage message) {
        return new MessageReader().content(message);
    }

    private MessageContent content(ProtoMessage message) {
        Optional<String> conversation = message.text(CONVERSATION);
        if (conversation.isPresent()) {
            return plain("text", conversation.get());
        }
        for (int field : VIEW_ONCE) {
            Optional<ProtoMessage> inner = message.message(field).flatMap(wrapper -> wrapper.message(1));
            if (inner.isPresent()) {
                details.put("viewOnce", true);
                return content(inner.get());
            }
        }
        for (int field : WRAPPERS) {
            Optional<ProtoMessage> inner = message.message(field).flatMap(wrapper -> wrapper.message(1));
            if (inner.isPresent()) {
                return content(inner.get());
            }
        }
        return extendedText(message)
                .or(() -> media(message))
                .or(() -> aboutAMessage(message))
                .or(() -> structured(message))
                .orElseGet(() -> plain("other", null));
    }

    private Optional<MessageContent> extendedText(ProtoMessage message) {
        return message.message(EXTENDED_TEXT).map(text -> {
            context(text, CONTEXT);
            return plain("text", text.text(1).orElse(""));
        });
    }

    /** Reactions, votes, pins, and what {@code ProtocolMessage} has. */
    private Optional<MessageContent> aboutAMessage(ProtoMessage message) {
        Optional<ProtoMessage> protocol = message.message(PROTOCOL);
        if (protocol.isPresent()) {
            return Optional.of(protocol(protocol.get()));
        }
        return message.message(46)
                .map(reaction -> {
                    target(reaction, 1);
                    details.put("emoji", reaction.text(2).orElse(""));
                    return plain("reaction", null);
                })
                .or(() -> message.message(50).map(vote -> {
                    target(vote, 1);
                    return plain("poll-vote", null);
                }))
                .or(() -> message.message(56).map(reaction -> {
                    target(reaction, 1);
                    return plain("reaction", null);
                }))
                .or(() -> message.message(63).map(pin -> {
                    target(pin, 1);
                    details.put("pinned", pin.number(2).orElse(0) == 1);
                    return plain("pin", null);
                }));
    }

    private MessageContent protocol(ProtoMessage protocol) {
        return switch ((int) protocol.number(2).orElse(REVOKE)) {
            case REVOKE -> {
                target(protocol, 1);
                yield plain("delete", null);
            }
            case EPHEMERAL_SETTING -> {
                details.put("seconds", protocol.number(4).orElse(0));
                yield plain("disappearing-timer", null);
            }
            case MESSAGE_EDIT -> {
                target(protocol, 1);
                MessageContent edited =
                        protocol.message(14).map(MessageReader::read).orElseGet(() -> MessageContent.text(""));
                yield plain("edit", edited.text() == null ? edited.caption() : edited.text());
            }
            default -> {
                details.put("protocolType", protocol.number(2).orElse(REVOKE));
                yield plain("protocol", null);
            }
        };
    }

    private Optional<MessageContent> structured(ProtoMessage message) {
        return message.message(5)
                .map(location -> location("location", location))
                .or(() -> message.message(18).map(location -> location("live-location", location)))
                .or(() -> message.message(4).map(contact -> {
                    context(contact, 17);
                    details.put("contacts", List.of(contact(contact)));
                    return plain("contact", null);
                }))
                .or(() -> message.message(13).map(contacts -> {
                    context(contacts, 17);
                    details.put(
                            "contacts",
                            contacts.messages(2).stream()
                                    .map(MessageReader::contact)
                                    .toList());
                    return plain("contact", null);
                }))
                .or(() -> POLLS.stream()
                        .flatMap(field -> message.message(field).stream())
                        .findFirst()
                        .map(this::poll))
                .or(() -> message.message(75).map(event -> {
                    context(event, 1);
                    put(event, 3, "name");
                    put(event, 4, "description");
                    event.number(7).ifPresent(start -> details.put("startTime", start));
                    details.put("cancelled", event.number(2).orElse(0) == 1);
                    return plain("event", null);
                }))
                .or(() -> message.message(28).map(invite -> {
                    context(invite, 7);
                    put(invite, 1, "group");
                    put(invite, 2, "code");
                    put(invite, 4, "name");
                    return new MessageContent(
                            "invite", null, invite.text(6).orElse(null), null, null, null, Map.copyOf(details));
                }));
    }

    private MessageContent location(String type, ProtoMessage location) {
        context(location, 17);
        details.put("latitude", location.decimal(1).orElse(0));
        details.put("longitude", location.decimal(2).orElse(0));
        if (type.equals("location")) {
            put(location, 3, "name");
            put(location, 4, "address");
        }
        return plain(type, null);
    }

    private static Map<String, Object> contact(ProtoMessage contact) {
        return Map.of(
                "name", contact.text(1).orElse(""), "vcard", contact.text(16).orElse(""));
    }

    private MessageContent poll(ProtoMessage poll) {
        context(poll, 5);
        put(poll, 2, "name");
        List<String> options = new ArrayList<>();
        poll.messages(3).forEach(option -> options.add(option.text(1).orElse("")));
        details.put("options", options);
        details.put("selectable", poll.number(4).orElse(0));
        return plain("poll", null);
    }

    /** The message that this one answers, whom it mentions, and how it is marked. */
    private void context(ProtoMessage message, int field) {
        message.message(field).ifPresent(context -> {
            put(context, 1, "quoted");
            List<String> mentioned = context.texts(15);
            if (!mentioned.isEmpty()) {
                details.put("mentions", mentioned);
            }
            if (context.number(22).orElse(0) == 1) {
                details.put("forwarded", true);
            }
            context.number(25).ifPresent(seconds -> {
                if (seconds > 0) {
                    details.put("expiresAfter", seconds);
                }
            });
        });
    }

    private void target(ProtoMessage message, int keyField) {
        message.message(keyField).flatMap(key -> key.text(IDENTITY_OF_KEY)).ifPresent(id -> details.put("target", id));
    }

    private void put(ProtoMessage message, int field, String name) {
        message.text(field).filter(value -> !value.isEmpty()).ifPresent(value -> details.put(name, value));
    }

    private MessageContent plain(String type, @Nullable String text) {
        return MessageContent.of(type, text, Map.copyOf(details));
    }

    private Optional<MessageContent> media(ProtoMessage message) {
        for (MediaType type : MediaType.values()) {
            Optional<ProtoMessage> found = message.message(type.field());
            if (found.isPresent()) {
                return Optional.of(media(type, found.get()));
            }
        }
        return Optional.empty();
    }

    private MessageContent media(MediaType type, ProtoMessage media) {
        MediaType.Fields at = type.fields();
        context(media, CONTEXT);
        if (at.viewOnce() != 0 && media.number(at.viewOnce()).orElse(0) == 1) {
            details.put("viewOnce", true);
        }
        boolean voice =
                type == MediaType.AUDIO && media.number(MediaType.PUSH_TO_TALK).orElse(0) == 1;
        return new MessageContent(
                (voice ? MediaType.VOICE : type).wireName(),
                null,
                media.text(at.caption()).orElse(null),
                media.text(at.fileName()).orElse(null),
                media.text(at.mimeType()).orElse(null),
                new MediaReference(
                        type.kind(),
                        media.text(at.path()).orElse(""),
                        media.requiredBytes(at.key()),
                        media.requiredBytes(at.sha256()),
                        media.requiredBytes(at.encryptedSha256()),
                        media.requiredNumber(at.length())),
                Map.copyOf(details));
    }
}
