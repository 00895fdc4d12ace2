package dev.merpati.simulator.server;

import dev.merpati.simulator.ReadReceipts;
import dev.merpati.simulator.VerifyMode;
import dev.merpati.simulator.fault.FaultKind;
import dev.merpati.simulator.fault.Faults;
import dev.merpati.simulator.media.MediaFile;
import dev.merpati.simulator.media.MediaReference;
import dev.merpati.simulator.media.MediaStorage;
import dev.merpati.simulator.node.Jid;
import dev.merpati.simulator.node.Node;
import dev.merpati.simulator.phone.DeliveryState;
import dev.merpati.simulator.phone.DeviceIdentity;
import dev.merpati.simulator.phone.MessageContent;
import dev.merpati.simulator.phone.Padding;
import dev.merpati.simulator.phone.Phone;
import dev.merpati.simulator.phone.PhoneDirectory;
import dev.merpati.simulator.phone.ReceivedMessage;
import dev.merpati.simulator.phone.SentMessage;
import dev.merpati.simulator.proto.MalformedProtoException;
import dev.merpati.simulator.proto.ProtoMessage;
import dev.merpati.simulator.rule.Rule;
import dev.merpati.simulator.rule.Rules;
import dev.merpati.simulator.signal.Encrypted;
import dev.merpati.simulator.signal.SignalException;
import dev.merpati.simulator.signal.SignalParty;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Clock;
import java.util.List;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Receives messages for phones: decrypts a message, checks its file, shows it and sends the receipts. A message that an
 * official client could not show is counted as undecryptable and requested again.
 */
final class PhoneReceiver {
    private static final Logger LOG = LoggerFactory.getLogger(PhoneReceiver.class);
    private static final int SAMPLED_PAIRS = 10;

    private final VerifyMode verify;
    private final PhoneReceipts receipts;
    private final ReadReceipts readReceipts;
    private final MediaStorage media;
    private final PeerMessages peers;
    private final Rules rules;
    private final Faults faults;
    private final Stats stats;
    private final Clock clock;

    PhoneReceiver(
            VerifyMode verify,
            ReadReceipts readReceipts,
            PhoneReceipts receipts,
            MediaStorage media,
            PeerMessages peers,
            Rules rules,
            Faults faults,
            Stats stats,
            Clock clock) {
        this.verify = verify;
        this.readReceipts = readReceipts;
        this.receipts = receipts;
        this.media = media;
        this.peers = peers;
        this.rules = rules;
        this.faults = faults;
        this.stats = stats;
        this.clock = clock;
    }

    /** Decrypts in the background; messages to one phone keep the order of the calls. */
    void receive(Connection connection, Phone phone, IncomingMessage message) {
        if (phone.traits().offline() && phone.holds(() -> receive(connection, phone, message))) {
            return;
        }
        if (!isVerified(phone, message)) {
            delivered(phone, message);
            return;
        }
        connection.begin();
        var _ = phone.withKeys(party -> {
                    receiveNow(party, phone, message);
                    return phone;
                })
                .whenComplete((_, failure) -> {
                    connection.finish();
                    if (failure != null) {
                        LOG.error("A phone failed to read a message", failure);
                    }
                });
    }

    private boolean isVerified(Phone phone, IncomingMessage message) {
        return switch (verify) {
            case NONE -> false;
            case SAMPLE ->
                Math.floorMod(
                                31 * phone.number().hashCode()
                                        + message.sender().jid().hashCode(),
                                SAMPLED_PAIRS)
                        == 0;
            case ALL -> true;
        };
    }

    private void receiveNow(SignalParty party, Phone phone, IncomingMessage message) {
        String session = message.sender().number();
        if (message.addressed()
                && faults.strike(FaultKind.FAIL_DECRYPT, session).isPresent()) {
            stats.undecryptable.increment();
            return;
        }
        if (message.addressed()
                && faults.strike(FaultKind.RETRY_RECEIPT, session).isPresent()) {
            stats.undecryptable.increment();
            receipts.retry(phone, message);
            return;
        }
        try {
            byte[] plaintext = Padding.remove(party.decrypt(
                    message.sender().jid().toString(), message.sender().keys().identityKey(), encrypted(message)));
            ProtoMessage content = ProtoMessage.parse(plaintext);
            checkDestination(message, content);
            if (message.stanza().has("category", "peer")) {
                peers.received(party, phone, message.sender(), message.id(), content);
            } else if (message.addressed()) {
                show(phone, message, MessageContent.of(MessageContent.unwrap(content)));
                delivered(phone, message);
            } else if (MessageContent.isDeviceSent(content)) {
                keepCopy(phone, message, content);
            }
        } catch (SignalException e) {
            if (e.reason() == SignalException.Reason.DUPLICATE) {
                delivered(phone, message);
            } else {
                if (e.reason() == SignalException.Reason.UNTRUSTED_IDENTITY) {
                    rules.refusals()
                            .refuse(Rule.SENDER_IDENTITY, message.sender().jid(), message.stanza());
                }
                checkIdentity(phone, message, e);
                undecryptable(phone, message, e);
            }
        } catch (MalformedProtoException | IllegalArgumentException | IOException e) {
            undecryptable(phone, message, e);
        }
    }

    /** A copy for the sender's own phone ({@code DeviceSentMessage}, field 31) names the chat that it belongs to. */
    private void checkDestination(IncomingMessage message, ProtoMessage content) {
        if (message.addressed() || message.stanza().has("category", "peer")) {
            return;
        }
        String chat = message.stanza().attribute("recipient") == null ? "to" : "recipient";
        String destination = content.message(31).flatMap(copy -> copy.text(1)).orElse("");
        if (!destination.equals(message.stanza().text(chat))
                && rules.enforced(Rule.DESTINATION_JID, message.account())) {
            rules.refusals()
                    .refuse(
                            Rule.DESTINATION_JID,
                            message.sender().jid(),
                            chat + "=" + message.stanza().text(chat) + ", destinationJid=" + destination);
        }
    }

    /** A client that was told of the phone's new keys does not use sessions with the old ones. */
    private void checkIdentity(Phone phone, IncomingMessage message, SignalException failure) {
        boolean oldSession = failure.reason() == SignalException.Reason.NO_SESSION
                || failure.reason() == SignalException.Reason.UNKNOWN_PRE_KEY;
        if (oldSession
                && phone.hasToldOfNewKeys(message.sender().number())
                && rules.enforced(Rule.CURRENT_IDENTITY, message.account())) {
            rules.refusals().refuse(Rule.CURRENT_IDENTITY, message.sender().jid(), message.stanza());
        }
    }

    private Encrypted encrypted(IncomingMessage message) {
        byte[] bytes = message.encrypted().content().orElse(new byte[0]);
        if (message.encrypted().has("type", Encrypted.Kind.MSG.wireName())) {
            return new Encrypted(Encrypted.Kind.MSG, bytes);
        }
        if (rules.enforced(Rule.DEVICE_IDENTITY, message.account())) {
            requireSenderIdentity(message);
        }
        return new Encrypted(Encrypted.Kind.PKMSG, bytes);
    }

    /**
     * Requires a valid {@code device-identity} in the stanza, as official clients do for every pre-key message.
     *
     * @throws IllegalArgumentException if there is none or it is not signed by both
     */
    private void requireSenderIdentity(IncomingMessage message) {
        byte[] identity = message.stanza()
                .child("device-identity")
                .flatMap(Node::content)
                .orElseThrow(() -> unsigned(message, "A pre-key message without a device-identity"));
        byte[] companionIdentity = message.sender().keys().identityKey();
        if (!DeviceIdentity.isValid(
                identity, companionIdentity, message.account().identityKey())) {
            throw unsigned(message, "The device-identity is not signed by the account and the device");
        }
    }

    private IllegalArgumentException unsigned(IncomingMessage message, String found) {
        rules.refusals().refuse(Rule.DEVICE_IDENTITY, message.sender().jid(), message.stanza());
        return new IllegalArgumentException(found);
    }

    private void show(Phone phone, IncomingMessage message, MessageContent content) throws IOException {
        MediaReference file = content.media();
        if (file != null) {
            Optional<Path> blob = media.find(file.path());
            if (blob.isEmpty()) {
                throw new IOException("Nothing was uploaded under the message's path");
            }
            new MediaFile(blob.get(), file).verify();
        }
        phone.inbox()
                .decrypted(new ReceivedMessage(
                        message.id(),
                        message.sender().number(),
                        message.sender().jid().device(),
                        message.isHidden(),
                        content,
                        clock.instant()));
    }

    /** Keeps what the account's companion wrote to somebody else. */
    private void keepCopy(Phone phone, IncomingMessage message, ProtoMessage copy) {
        ProtoMessage content = MessageContent.unwrap(copy);
        Optional<Jid> to = MessageContent.destination(copy).flatMap(Jid::parse).filter(Jid::isUser);
        to.ifPresent(jid -> phone.outbox()
                .add(new SentMessage(
                        message.id(),
                        PhoneDirectory.numberOf(jid),
                        message.sender().jid().device(),
                        jid.isHidden(),
                        MessageContent.of(content),
                        content.encoded(),
                        clock.instant())));
    }

    private void delivered(Phone phone, IncomingMessage message) {
        if (message.addressed()) {
            message.account().outbox().reached(message.id(), 0, DeliveryState.DELIVERED);
            receipts.delivered(phone, message);
            if (readReceipts == ReadReceipts.AUTO) {
                phone.inbox().read(message.id());
                message.account().outbox().reached(message.id(), 0, DeliveryState.READ);
                receipts.read(message.address(phone), message.sender(), List.of(message.id()));
            }
        }
    }

    private void undecryptable(Phone phone, IncomingMessage message, Exception reason) {
        LOG.warn("A phone could not read a message: {}", reason.toString());
        stats.undecryptable.increment();
        if (message.addressed()) {
            receipts.retry(phone, message);
        }
    }
}
