package dev.merpati.simulator.server;

import dev.merpati.simulator.crypto.Bytes;
import dev.merpati.simulator.node.Jid;
import dev.merpati.simulator.node.Node;
import dev.merpati.simulator.phone.Companion;
import dev.merpati.simulator.phone.MessageWriter;
import dev.merpati.simulator.phone.Padding;
import dev.merpati.simulator.phone.Phone;
import dev.merpati.simulator.phone.ReceivedMessage;
import dev.merpati.simulator.phone.SentMessage;
import dev.merpati.simulator.proto.ProtoBuilder;
import dev.merpati.simulator.proto.ProtoMessage;
import dev.merpati.simulator.signal.Encrypted;
import dev.merpati.simulator.signal.SignalException;
import dev.merpati.simulator.signal.SignalParty;
import java.time.Clock;
import java.time.Instant;
import java.util.HexFormat;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What a phone and its own companions tell each other by {@code ProtocolMessage}. A phone sends a companion the messages
 * again that it asks for ({@code PLACEHOLDER_MESSAGE_RESEND}), as far as it shows them.
 */
final class PeerMessages {
    private static final Logger LOG = LoggerFactory.getLogger(PeerMessages.class);
    private static final int PROTOCOL = 12;
    private static final int TYPE = 2;
    private static final int REQUEST = 16;
    private static final int RESPONSE = 17;
    private static final int PLACEHOLDER_RESEND = 4;

    private final PreKeySupply supply;
    private final Clock clock;

    PeerMessages(PreKeySupply supply, Clock clock) {
        this.supply = supply;
        this.clock = clock;
    }

    /** Sends a {@code ProtocolMessage} to a companion, on the session that there is or on a new one. */
    void send(SignalParty party, Phone phone, Companion companion, ProtoBuilder protocol) {
        String address = companion.jid().toString();
        byte[] content = ProtoMessage.builder().message(PROTOCOL, protocol).build();
        try {
            if (!party.hasSession(address)) {
                party.begin(address, supply.take(companion));
            }
            Encrypted encrypted = party.encrypt(address, Padding.add(content));
            Jid from = phone.traits().migrated() ? phone.hiddenJid() : phone.jid();
            companion.deliver(Node.of(
                            "message",
                            Node.of("enc", encrypted.bytes())
                                    .with("v", "2")
                                    .with("type", encrypted.kind().wireName()))
                    .with("from", from.toString())
                    .with("id", "3A" + HexFormat.of().withUpperCase().formatHex(Bytes.random(9)))
                    .with("t", Stanza.seconds(clock))
                    .with("type", "text")
                    .with("category", "peer")
                    .with("peer_recipient_pn", from.isHidden() ? phone.jid().toString() : null));
        } catch (SignalException e) {
            LOG.warn("A phone cannot encrypt for a companion: {}", e.toString());
        }
    }

    /** Answers what a companion has asked for. */
    void received(SignalParty party, Phone phone, Companion companion, String id, ProtoMessage content) {
        Optional<ProtoMessage> request = content.message(PROTOCOL)
                .flatMap(protocol -> protocol.message(REQUEST))
                .filter(asked -> asked.number(1).orElse(0) == PLACEHOLDER_RESEND);
        Optional<ProtoMessage> key = request.flatMap(asked -> asked.message(5)).flatMap(asked -> asked.message(1));
        Optional<byte[]> info = key.flatMap(of -> info(phone, of));
        if (info.isPresent()) {
            ProtoBuilder resent = ProtoMessage.builder().bytes(1, info.get());
            ProtoBuilder response = ProtoMessage.builder()
                    .number(1, PLACEHOLDER_RESEND)
                    .text(2, id)
                    .message(3, ProtoMessage.builder().message(4, resent));
            send(
                    party,
                    phone,
                    companion,
                    ProtoMessage.builder().number(TYPE, RESPONSE).message(RESPONSE, response));
        }
    }

    /** The {@code WebMessageInfo} of a message that the phone shows. */
    private static Optional<byte[]> info(Phone phone, ProtoMessage key) {
        String id = key.text(3).orElse("");
        Optional<ReceivedMessage> received = phone.inbox().message(id);
        if (received.isPresent()) {
            return Optional.of(info(
                    key,
                    MessageWriter.summary(received.get().content()),
                    received.get().receivedAt()));
        }
        Optional<SentMessage> sent = phone.outbox().find(id);
        return sent.map(message -> info(key, message.bytes(), message.sentAt()));
    }

    private static byte[] info(ProtoMessage key, byte[] message, Instant at) {
        return ProtoMessage.builder()
                .bytes(1, key.encoded())
                .bytes(2, message)
                .number(3, at.getEpochSecond())
                .build();
    }
}
