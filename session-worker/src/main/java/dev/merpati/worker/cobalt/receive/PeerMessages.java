package dev.merpati.worker.cobalt.receive;

import dev.merpati.worker.cobalt.account.Account;
import dev.merpati.worker.cobalt.account.AccountTraits;
import dev.merpati.worker.cobalt.account.LidMap;
import dev.merpati.worker.cobalt.account.PrivacyTokens;
import dev.merpati.worker.cobalt.address.Address;
import dev.merpati.worker.cobalt.media.MediaDownloader;
import dev.merpati.worker.cobalt.proto.MalformedProtobufException;
import dev.merpati.worker.cobalt.proto.ProtoFields;
import dev.merpati.worker.cobalt.query.Deadline;
import dev.merpati.worker.whatsapp.IncomingMessage;
import it.auties.whatsapp.model.media.AttachmentType;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What the account's own devices tell each other by {@code ProtocolMessage}: keys of the app state, the history, who is
 * who, and messages again that could not be decrypted. Blocks.
 */
final class PeerMessages {
    private static final Logger log = LoggerFactory.getLogger(PeerMessages.class);

    private static final int HISTORY = 6;
    private static final int KEY_SHARE = 7;
    private static final int RESPONSE = 17;
    private static final int LID_MAPPING = 23;
    private static final int PLACEHOLDER_RESEND = 4;
    private static final Duration DOWNLOAD = Duration.ofMinutes(1);

    private final Account account;
    private final AccountTraits traits;
    private final LidMap lids;
    private final PrivacyTokens tokens;
    private final MediaDownloader media;
    private final StanzaReplies replies;
    private final AppStateSync appState;
    private final Runnable migrated;

    /** @param migrated called when the phone has told who is who, which it does when chats are addressed by hidden ids */
    PeerMessages(
            Account account, MediaDownloader media, StanzaReplies replies, AppStateSync appState, Runnable migrated) {
        this.account = account;
        traits = account.traits();
        lids = account.lids();
        tokens = account.tokens();
        this.media = media;
        this.replies = replies;
        this.appState = appState;
        this.migrated = migrated;
    }

    /** Whether a {@code ProtocolMessage} is for devices only, rather than about a message. */
    boolean concerns(ProtoFields protocol) {
        return protocol.has(HISTORY) || protocol.has(KEY_SHARE) || protocol.has(RESPONSE) || protocol.has(LID_MAPPING);
    }

    /** Does something again and again until it does not throw. */
    interface Persistence {
        void untilDone(Runnable step);
    }

    /**
     * Keeps what a message says.
     *
     * @param store does what writes to the store
     * @return messages that the phone has sent again
     * @throws UnavailableException when a file cannot be had now: the message is to come again
     */
    List<IncomingMessage> handle(Envelope envelope, ProtoFields protocol, Persistence store)
            throws MalformedProtobufException, UnavailableException {
        Optional<ProtoFields> keys = protocol.message(KEY_SHARE);
        if (keys.isPresent()) {
            Map<String, byte[]> shared = sharedKeys(keys.get());
            store.untilDone(() -> appState.keys(shared));
        }
        Optional<ProtoFields> mapping = protocol.message(LID_MAPPING);
        if (mapping.isPresent()) {
            Map<String, String> pairs = pairs(mapping.get());
            store.untilDone(() -> lids.putAll(pairs));
            migrated.run();
        }
        Optional<ProtoFields> history = protocol.message(HISTORY);
        if (history.isPresent()) {
            HistoryReader.History read = history(history.get());
            store.untilDone(() -> keep(read));
            replies.receipt(envelope.stanza(), "hist_sync");
        }
        Optional<ProtoFields> response = protocol.message(RESPONSE);
        return response.isPresent() ? repeated(response.get()) : List.of();
    }

    private static Map<String, byte[]> sharedKeys(ProtoFields share) throws MalformedProtobufException {
        Map<String, byte[]> keys = new HashMap<>();
        for (ProtoFields key : share.messages(1)) {
            Optional<byte[]> id = key.message(1).flatMap(holder -> holder.bytes(1));
            Optional<byte[]> data = key.message(2).flatMap(holder -> holder.bytes(1));
            if (id.isPresent() && data.isPresent()) {
                keys.put(AppStateSync.name(id.get()), data.get());
            }
        }
        return keys;
    }

    /** Reads a {@code LIDMigrationMappingSyncPayload}: numbers, and the ids that they have by now. */
    private static Map<String, String> pairs(ProtoFields mapping) throws MalformedProtobufException {
        Map<String, String> pairs = new HashMap<>();
        Optional<byte[]> payload = mapping.bytes(1);
        if (payload.isPresent()) {
            for (ProtoFields pair : ProtoFields.parse(payload.get()).messages(1)) {
                long number = pair.number(1).orElse(0);
                long lid = pair.number(3).orElse(pair.number(2).orElse(0));
                if (number != 0 && lid != 0) {
                    pairs.put(Long.toUnsignedString(number), Long.toUnsignedString(lid));
                }
            }
        }
        return pairs;
    }

    private HistoryReader.History history(ProtoFields notification)
            throws MalformedProtobufException, UnavailableException {
        try {
            Optional<byte[]> inline = notification.bytes(11);
            byte[] compressed = inline.isPresent() ? inline.get() : download(notification);
            return HistoryReader.read(compressed);
        } catch (IOException e) {
            log.warn("A part of an account's history cannot be read: {}", e.getMessage());
            throw new UnavailableException();
        }
    }

    private byte[] download(ProtoFields file) throws IOException, MalformedProtobufException {
        MediaDownloader.Reference reference = new MediaDownloader.Reference(
                file.text(5).orElse(""),
                file.bytes(3).orElse(new byte[0]),
                file.bytes(1).orElse(new byte[0]),
                file.bytes(4).orElse(new byte[0]));
        return media.download(reference, AttachmentType.HISTORY_SYNC, Deadline.in(DOWNLOAD));
    }

    private void keep(HistoryReader.History history) {
        lids.putAll(history.lids());
        byte[] salt = history.salt();
        if (salt != null) {
            tokens.salt(salt);
        }
        Map<String, PrivacyTokens.Token> given = new HashMap<>();
        history.chats().forEach(account.chats()::add);
        history.tokens().forEach((contact, token) -> given.put(user(contact), token));
        tokens.putAll(given);
        history.issued().forEach((contact, at) -> {
            String user = user(contact);
            if (tokens.issuedTo(user).filter(known -> !known.isBefore(at)).isEmpty()) {
                tokens.issued(user, at);
            }
        });
    }

    /** Tokens are kept by hidden id or, where none is known, by number. */
    private String user(Address contact) {
        return contact.isLid() ? contact.user() : lids.lidOf(contact.user()).orElse(contact.user());
    }

    private List<IncomingMessage> repeated(ProtoFields response) throws MalformedProtobufException {
        List<IncomingMessage> messages = new ArrayList<>();
        if (response.number(1).orElse(0) == PLACEHOLDER_RESEND) {
            for (ProtoFields result : response.messages(3)) {
                Optional<byte[]> info = result.message(4).flatMap(resent -> resent.bytes(1));
                if (info.isPresent()) {
                    message(ProtoFields.parse(info.get())).ifPresent(messages::add);
                }
            }
        }
        return messages;
    }

    /** Reads a {@code WebMessageInfo}; empty for one of a group, or without content. */
    private Optional<IncomingMessage> message(ProtoFields info) throws MalformedProtobufException {
        Optional<ProtoFields> key = info.message(1);
        Optional<byte[]> content = info.bytes(2);
        if (key.isEmpty() || content.isEmpty()) {
            return Optional.empty();
        }
        Optional<Address> chat = key.get().text(1).flatMap(Addresses::parse);
        Optional<String> id = key.get().text(3);
        if (chat.isEmpty() || id.isEmpty()) {
            return Optional.empty();
        }
        boolean fromMe = key.get().flag(2);
        Address sender = fromMe ? Address.ofLid(traits.ownLid().orElse("")) : chat.get();
        ContentReader.Read read = ContentReader.read(ProtoFields.parse(content.get()));
        return Optional.of(new IncomingMessage(
                id.get(),
                InboundMessages.origin(chat.get(), fromMe),
                Addresses.party(chat.get(), lids),
                Addresses.party(sender, lids),
                fromMe,
                info.text(19).orElse(null),
                Instant.ofEpochSecond(info.number(3).orElse(0)),
                true,
                read.quoted(),
                read.content(),
                content.get()));
    }

    /** A file is not to be had now. */
    static final class UnavailableException extends Exception {
        private static final long serialVersionUID = 1L;

        UnavailableException() {
            super(null, null, false, false);
        }
    }
}
