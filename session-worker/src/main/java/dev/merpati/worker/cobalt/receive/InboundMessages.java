package dev.merpati.worker.cobalt.receive;

import dev.merpati.worker.cobalt.account.Account;
import dev.merpati.worker.cobalt.account.AccountTraits;
import dev.merpati.worker.cobalt.account.KnownChats;
import dev.merpati.worker.cobalt.account.LidMap;
import dev.merpati.worker.cobalt.address.Address;
import dev.merpati.worker.cobalt.keys.MessageDecryptor;
import dev.merpati.worker.cobalt.keys.SignalKeyStore;
import dev.merpati.worker.cobalt.proto.MalformedProtobufException;
import dev.merpati.worker.cobalt.proto.ProtoFields;
import dev.merpati.worker.cobalt.transport.SerialExecutor;
import dev.merpati.worker.whatsapp.IncomingMessage;
import it.auties.whatsapp.model.node.Node;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Received messages, one after the other: read, taken by the listener, stored as read, and only then confirmed. What ends
 * in between comes again, under the same id. What cannot be read is asked for again and never confirmed as delivered.
 *
 * <p>The listener may block or fail for as long as it likes: few messages wait for it, WhatsApp keeps the others, and
 * nothing else on the connection waits. Thread-safe.
 */
public final class InboundMessages {
    private static final Logger log = LoggerFactory.getLogger(InboundMessages.class);
    private static final String TO = "to ";
    private static final String FROM = "from ";

    /** More than a batch of a backlog. */
    private static final int MOST_WAITING = 500;

    private final SerialExecutor executor = new SerialExecutor("whatsapp-inbound");
    private final AtomicInteger waiting = new AtomicInteger();
    private final Attempts attempts = new Attempts();
    private volatile boolean overflown;

    private final String ownNumber;
    private final AccountTraits traits;
    private final LidMap lids;
    private final KnownChats chats;
    private final MessageDecryptor decryptor;
    private final StanzaReplies replies;
    private final RetryRequests retries;
    private final PeerMessages peers;
    private final PhoneRequests phone;
    private final Consumer<IncomingMessage> listener;
    private final Runnable overflow;

    /**
     * @param listener takes a message; throws when it does not
     * @param overflow called when all that waited is done and something was dropped, which comes again on the next
     *     connection only
     */
    InboundMessages(
            String ownNumber,
            Account account,
            MessageDecryptor decryptor,
            StanzaReplies replies,
            RetryRequests retries,
            PeerMessages peers,
            PhoneRequests phone,
            Consumer<IncomingMessage> listener,
            Runnable overflow) {
        this.ownNumber = ownNumber;
        traits = account.traits();
        lids = account.lids();
        chats = account.chats();
        this.decryptor = decryptor;
        this.replies = replies;
        this.retries = retries;
        this.peers = peers;
        this.phone = phone;
        this.listener = listener;
        this.overflow = overflow;
    }

    /** Whether few enough wait that more may be asked for. */
    public boolean hasRoom() {
        return waiting.get() < MOST_WAITING / 2;
    }

    /** Whether none is being handled, or waits for it. */
    boolean isIdle() {
        return waiting.get() == 0;
    }

    /** Takes a message. Returns at once: this is called on the thread that reads. */
    public void received(Node message) {
        if (waiting.incrementAndGet() > MOST_WAITING) {
            waiting.decrementAndGet();
            overflown = true;
            return;
        }
        executor.execute(() -> {
            try {
                handle(message);
            } finally {
                if (waiting.decrementAndGet() == 0 && overflown) {
                    overflown = false;
                    overflow.run();
                }
            }
        });
    }

    /** The connection is over: nothing is confirmed any more. */
    public void close() {
        attempts.close();
    }

    private void handle(Node message) {
        if (attempts.isClosed()) {
            return;
        }
        try {
            process(message);
        } catch (Attempts.ConnectionOverException e) {
            // It comes again on the next one.
        } catch (MalformedStanzaException e) {
            replies.refuse(message, StanzaReplies.Refusal.PARSING_ERROR);
        } catch (RuntimeException e) {
            // A message that can never be handled must not come at each login.
            log.error("A message could not be handled: {}", e.getClass().getName());
            replies.refuse(message, StanzaReplies.Refusal.UNHANDLED_ERROR);
        }
    }

    private void process(Node message) throws MalformedStanzaException {
        if (!Envelope.isFromUser(message)) {
            // Groups, channels and statuses are of no use here, and nobody is told that they were read.
            replies.acknowledge(message);
            return;
        }
        Envelope envelope =
                Envelope.of(message, ownNumber, untilDone(() -> traits.ownLid().orElse(null)));
        List<Address> sessions = sessions(envelope);
        if (message.listChildren("enc").isEmpty() && message.hasNode("unavailable")) {
            untilTaken(() -> phone.askFor(envelope));
            replies.acknowledge(message);
            return;
        }
        Verdict verdict = Verdict.UNRECOGNIZED;
        for (Node enc : message.listChildren("enc")) {
            verdict = verdict.with(verdict(envelope, enc, sessions));
        }
        reply(envelope, verdict);
    }

    /** How a message came out; of several ciphertexts the later kind counts. */
    private enum Verdict {
        UNRECOGNIZED,
        NO_SECRET,
        MALFORMED,
        READ,
        UNREADABLE,
        /** Neither taken nor refused: it comes again. */
        LEFT;

        Verdict with(Verdict other) {
            return compareTo(other) >= 0 ? this : other;
        }
    }

    private void reply(Envelope envelope, Verdict verdict) {
        Node message = envelope.stanza();
        switch (verdict) {
            case UNRECOGNIZED -> replies.refuse(message, StanzaReplies.Refusal.UNRECOGNIZED_STANZA);
            case NO_SECRET -> replies.refuse(message, StanzaReplies.Refusal.MISSING_MESSAGE_SECRET);
            case MALFORMED -> replies.refuse(message, StanzaReplies.Refusal.INVALID_PROTOBUF);
            case READ -> {
                replies.receipt(message, receiptType(envelope));
                replies.acknowledge(message);
            }
            case UNREADABLE -> replies.acknowledge(message);
            case LEFT -> {
                // The keys are not to change any more.
            }
        }
    }

    /** "inactive": the device has it, but nobody looks at it; the phone goes on showing notifications. */
    private static String receiptType(Envelope envelope) {
        if (envelope.peer()) {
            return "peer_msg";
        }
        return envelope.fromMe() ? "sender" : "inactive";
    }

    /** Returns the addresses under which a Signal session with the sender may be: under the hidden id once it is known. */
    private List<Address> sessions(Envelope envelope) {
        envelope.pair()
                .ifPresent(pair -> untilDone(() -> {
                    lids.put(pair.phoneNumber(), pair.lid());
                    return pair;
                }));
        Address sender = envelope.sender();
        if (sender.isLid()) {
            Optional<String> number = untilDone(() -> lids.numberOf(sender.user()));
            List<Address> addresses = new ArrayList<>(List.of(sender));
            number.map(user -> Address.ofNumber(user).withDevice(sender.device()))
                    .ifPresent(other -> {
                        move(other, sender);
                        addresses.add(other);
                    });
            return addresses;
        }
        Optional<String> lid =
                envelope.fromMe() ? untilDone(traits::ownLid) : untilDone(() -> lids.lidOf(sender.user()));
        if (lid.isEmpty()) {
            return List.of(sender);
        }
        Address hidden = Address.ofLid(lid.get()).withDevice(sender.device());
        move(sender, hidden);
        return List.of(hidden, sender);
    }

    private void move(Address from, Address to) {
        untilTaken(() -> decryptor.move(from, to));
    }

    private Verdict verdict(Envelope envelope, Node enc, List<Address> sessions) {
        String type = enc.attributes().getString("type", "");
        if ("msmsg".equals(type)) {
            return Verdict.NO_SECRET; // What Meta's assistant says to a message of another device.
        }
        boolean begins = "pkmsg".equals(type);
        if ((!begins && !"msg".equals(type)) || !"2".equals(enc.attributes().getString("v", "2"))) {
            return Verdict.UNRECOGNIZED;
        }
        byte[] ciphertext = enc.contentAsBytes().orElse(new byte[0]);
        return switch (untilDone(() -> decryptor.read(sessions, ciphertext, begins))) {
            case MessageDecryptor.Duplicate() -> Verdict.READ;
            case MessageDecryptor.Unreadable(String reason) -> unreadable(envelope, enc, reason);
            case MessageDecryptor.Plaintext(byte[] padded, Address session) -> {
                Optional<byte[]> content = Padding.remove(padded);
                if (content.isEmpty()) {
                    yield unreadable(envelope, enc, "padding");
                }
                Verdict verdict = hand(envelope, content.get());
                yield verdict != Verdict.LEFT && taken(session, ciphertext, begins)
                        ? settled(envelope, verdict)
                        : Verdict.LEFT;
            }
        };
    }

    private Verdict unreadable(Envelope envelope, Node enc, String reason) {
        log.debug("A message cannot be decrypted: {}", reason);
        boolean asked = untilDone(() -> retries.ask(envelope, enc));
        if (!asked) {
            untilTaken(() -> phone.askFor(envelope));
        }
        return Verdict.UNREADABLE;
    }

    private Verdict settled(Envelope envelope, Verdict verdict) {
        return untilDone(() -> {
            decryptor.save();
            retries.settled(envelope);
            return verdict;
        });
    }

    private boolean taken(Address session, byte[] ciphertext, boolean begins) {
        return untilDone(() -> {
            try {
                return decryptor.take(session, ciphertext, begins);
            } catch (SignalKeyStore.UnavailableException e) {
                throw e;
            } catch (RuntimeException e) {
                // The session was dropped meanwhile, and with it the key that must not be used again.
                log.debug(
                        "A message was read in a session that is gone: {}",
                        e.getClass().getName());
                return true;
            }
        });
    }

    /** Returns when the message is where it belongs. */
    private Verdict hand(Envelope envelope, byte[] content) {
        try {
            Unwrapped message = unwrap(envelope, content);
            Optional<ProtoFields> protocol = message.fields().message(ContentReader.PROTOCOL);
            if (envelope.fromMe() && protocol.isPresent() && peers.concerns(protocol.get())) {
                List<IncomingMessage> repeated = peers.handle(envelope, protocol.get(), this::untilTaken);
                repeated.forEach(this::deliver);
                return Verdict.READ;
            }
            if (message.fields().contentFields().stream().anyMatch(field -> !ContentReader.saysNothing(field))) {
                deliver(incoming(envelope, message));
                untilTaken(() -> chats.add(envelope.chat()));
            }
            return Verdict.READ;
        } catch (MalformedProtobufException e) {
            return Verdict.MALFORMED;
        } catch (PeerMessages.UnavailableException e) {
            return Verdict.LEFT;
        }
    }

    private void untilTaken(Runnable step) {
        boolean _ = untilDone(() -> {
            step.run();
            return true;
        });
    }

    private void deliver(IncomingMessage message) {
        untilTaken(() -> listener.accept(message));
    }

    /** @param destination the chat that the sending device names; null when it is the envelope's */
    @SuppressWarnings("ArrayRecordComponent") // never compared
    private record Unwrapped(
            byte[] bytes, ProtoFields fields, @Nullable Address destination) {}

    /** Only a device of this account says what another one sent. */
    private static Unwrapped unwrap(Envelope envelope, byte[] content) throws MalformedProtobufException {
        ProtoFields fields = ProtoFields.parse(content);
        Optional<ProtoFields> copy = envelope.fromMe() ? fields.message(31) : Optional.empty();
        Optional<byte[]> inner = copy.flatMap(sent -> sent.bytes(2));
        if (copy.isEmpty() || inner.isEmpty()) {
            return new Unwrapped(content, fields, null);
        }
        Address destination = copy.get().text(1).flatMap(Addresses::parse).orElse(null);
        return new Unwrapped(inner.get(), ProtoFields.parse(inner.get()), destination);
    }

    private IncomingMessage incoming(Envelope envelope, Unwrapped message) throws MalformedProtobufException {
        ContentReader.Read read = ContentReader.read(message.fields());
        Address chat = message.destination() == null ? envelope.chat() : message.destination();
        return new IncomingMessage(
                envelope.id(),
                origin(chat, envelope.fromMe()),
                party(chat),
                party(envelope.sender()),
                envelope.fromMe(),
                envelope.pushName(),
                envelope.sentAt(),
                envelope.offline(),
                read.quoted(),
                read.content(),
                message.bytes());
    }

    /** Who wrote a message, in whose chat: the other side, or this account. */
    static String origin(Address chat, boolean fromMe) {
        return (fromMe ? TO : FROM) + chat.account();
    }

    /** Returns the other side of an {@link #origin}; empty for what is none. */
    static Optional<Address> chatOf(String origin) {
        return Address.parse(origin.substring(origin.indexOf(' ') + 1));
    }

    static boolean isFromMe(String origin) {
        return origin.startsWith(TO);
    }

    private IncomingMessage.Party party(Address address) {
        return untilDone(() -> Addresses.party(address, lids));
    }

    private <T> T untilDone(Attempts.Attempt<T> attempt) {
        return attempts.untilDone(attempt);
    }
}
