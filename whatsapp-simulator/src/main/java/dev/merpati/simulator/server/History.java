package dev.merpati.simulator.server;

import dev.merpati.simulator.node.Jid;
import dev.merpati.simulator.phone.Inbox;
import dev.merpati.simulator.phone.MessageWriter;
import dev.merpati.simulator.phone.Outbox;
import dev.merpati.simulator.phone.Phone;
import dev.merpati.simulator.phone.PhoneDirectory;
import dev.merpati.simulator.phone.ReceivedMessage;
import dev.merpati.simulator.phone.SentMessage;
import dev.merpati.simulator.proto.ProtoBuilder;
import dev.merpati.simulator.proto.ProtoMessage;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Clock;
import java.time.Instant;
import java.util.List;
import java.util.zip.DeflaterOutputStream;

/** A phone's chats as a new companion gets them: {@code HistorySync}, compressed. */
final class History {
    /** Of each chat the last messages; that is what the real initial history has, too. */
    private static final int PER_CHAT = 50;

    private final PhoneDirectory phones;
    private final PrivacyTokens tokens;
    private final Clock clock;

    History(PhoneDirectory phones, PrivacyTokens tokens, Clock clock) {
        this.phones = phones;
        this.tokens = tokens;
        this.clock = clock;
    }

    byte[] blob(Phone phone) {
        ProtoBuilder history = ProtoMessage.builder().number(1, 0).number(5, 1).number(6, 100);
        List<Inbox.Counted> received = phone.inbox().messages();
        List<Outbox.Tracked> sent = phone.outbox().messages();
        for (String contact : phone.contacts()) {
            history.message(2, conversation(phone, contact, received, sent));
            history.message(
                    7,
                    ProtoMessage.builder()
                            .text(1, address(phone, contact).toString())
                            .text(2, phones.getOrCreate(contact).pushName()));
            history.message(
                    15,
                    ProtoMessage.builder()
                            .text(1, Jid.phone(contact).toString())
                            .text(2, phones.hiddenJid(contact).toString()));
        }
        return compressed(history.bytes(19, PrivacyTokens.salt(phone)).build());
    }

    private ProtoBuilder conversation(
            Phone phone, String contact, List<Inbox.Counted> received, List<Outbox.Tracked> sent) {
        Jid address = address(phone, contact);
        ProtoBuilder conversation = ProtoMessage.builder().text(1, address.toString());
        List<ReceivedMessage> theirs = received.stream()
                .map(Inbox.Counted::message)
                .filter(message -> message.from().equals(contact))
                .toList();
        theirs.stream()
                .skip(Math.max(0, theirs.size() - PER_CHAT))
                .forEach(message -> conversation.message(
                        2,
                        entry(
                                address,
                                message.id(),
                                false,
                                MessageWriter.summary(message.content()),
                                message.receivedAt())));
        sent.stream()
                .map(Outbox.Tracked::message)
                .filter(message -> message.to().equals(contact))
                .limit(PER_CHAT)
                .forEach(message -> conversation.message(2, entry(address, message)));
        tokens.issuedBy(phones.getOrCreate(contact), phone)
                .ifPresent(token ->
                        conversation.bytes(21, token).number(22, clock.instant().getEpochSecond()));
        return conversation
                .text(39, Jid.phone(contact).toString())
                .text(42, phones.hiddenJid(contact).toString());
    }

    private static ProtoBuilder entry(Jid chat, SentMessage message) {
        return entry(chat, message.id(), true, message.bytes(), message.sentAt());
    }

    private static ProtoBuilder entry(Jid chat, String id, boolean own, byte[] message, Instant at) {
        ProtoBuilder key = ProtoMessage.builder()
                .text(1, chat.toString())
                .number(2, own ? 1 : 0)
                .text(3, id);
        ProtoBuilder info =
                ProtoMessage.builder().message(1, key).bytes(2, message).number(3, at.getEpochSecond());
        return ProtoMessage.builder().message(1, info);
    }

    private Jid address(Phone phone, String contact) {
        return phone.traits().migrated() ? phones.hiddenJid(contact) : Jid.phone(contact);
    }

    private static byte[] compressed(byte[] bytes) {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        try (DeflaterOutputStream deflater = new DeflaterOutputStream(out)) {
            deflater.write(bytes);
        } catch (IOException e) {
            throw new UncheckedIOException("Memory does not fail", e);
        }
        return out.toByteArray();
    }
}
