package dev.merpati.worker.cobalt.receive;

import dev.merpati.worker.cobalt.account.PrivacyTokens;
import dev.merpati.worker.cobalt.address.Address;
import dev.merpati.worker.cobalt.proto.MalformedProtobufException;
import dev.merpati.worker.cobalt.proto.ProtoFields;
import dev.merpati.worker.cobalt.proto.ProtoStream;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.time.Instant;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.zip.InflaterInputStream;
import org.jspecify.annotations.Nullable;

/**
 * Reads from a part of an account's history what sending needs: who is who, tokens, salt, and with whom there is a chat
 * (whatsmeow {@code proto/waHistorySync/WAWebProtobufsHistorySync.proto}). The messages are passed over. Reads one chat at
 * a time, since a history can be large.
 */
final class HistoryReader {
    private static final int CONVERSATION = 2;
    private static final int MAPPING = 15;
    private static final int SALT = 19;
    private static final int LARGEST_FIELD = 16 * 1024 * 1024;

    private final Map<String, String> lids = new HashMap<>();
    private final Map<Address, PrivacyTokens.Token> tokens = new HashMap<>();
    private final Map<Address, Instant> issued = new HashMap<>();
    private final Set<Address> chats = new HashSet<>();
    private byte @Nullable [] salt;

    private HistoryReader() {}

    /**
     * What a part of a history says.
     *
     * @param lids the hidden ids by phone number
     * @param tokens what contacts have given, by contact
     * @param issued when this account has given its own token, by contact
     * @param chats those with whom there is a chat
     * @param salt of this account's own tokens; null when the part has none
     */
    @SuppressWarnings("ArrayRecordComponent") // never compared
    record History(
            Map<String, String> lids,
            Map<Address, PrivacyTokens.Token> tokens,
            Map<Address, Instant> issued,
            Set<Address> chats,
            byte @Nullable [] salt) {}

    /** @throws IOException when it is not compressed as it should be */
    static History read(byte[] compressed) throws IOException, MalformedProtobufException {
        HistoryReader reader = new HistoryReader();
        try (InflaterInputStream in = new InflaterInputStream(new ByteArrayInputStream(compressed))) {
            ProtoStream.read(in, Set.of(CONVERSATION, MAPPING, SALT), LARGEST_FIELD, reader::field);
        }
        return new History(reader.lids, reader.tokens, reader.issued, reader.chats, reader.salt);
    }

    private void field(int field, byte[] content) throws MalformedProtobufException {
        switch (field) {
            case CONVERSATION -> conversation(ProtoFields.parse(content));
            case MAPPING -> mapping(ProtoFields.parse(content), 1, 2);
            case SALT -> salt = content;
            default -> {
                // Not asked for.
            }
        }
    }

    private void mapping(ProtoFields fields, int number, int lid) throws MalformedProtobufException {
        Optional<Address> numbered = address(fields, number).filter(address -> !address.isLid());
        Optional<Address> hidden = address(fields, lid).filter(Address::isLid);
        if (numbered.isPresent() && hidden.isPresent()) {
            lids.put(numbered.get().user(), hidden.get().user());
        }
    }

    private void conversation(ProtoFields conversation) throws MalformedProtobufException {
        mapping(conversation, 39, 42);
        Optional<Address> contact = address(conversation, 1);
        if (contact.isEmpty()) {
            return; // A group.
        }
        chats.add(contact.get());
        conversation
                .bytes(21)
                .ifPresent(token -> tokens.put(
                        contact.get(),
                        new PrivacyTokens.Token(
                                token,
                                Instant.ofEpochSecond(conversation.number(22).orElse(0)))));
        conversation.number(28).ifPresent(at -> issued.put(contact.get(), Instant.ofEpochSecond(at)));
    }

    private static Optional<Address> address(ProtoFields fields, int field) throws MalformedProtobufException {
        return fields.text(field).flatMap(Addresses::parse).map(Address::account);
    }
}
