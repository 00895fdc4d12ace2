package dev.merpati.simulator.server;

import dev.merpati.simulator.crypto.Bytes;
import dev.merpati.simulator.node.Jid;
import dev.merpati.simulator.node.Node;
import dev.merpati.simulator.phone.Companion;
import dev.merpati.simulator.phone.HiddenId;
import dev.merpati.simulator.phone.Padding;
import dev.merpati.simulator.phone.Phone;
import dev.merpati.simulator.phone.ReceivedMessage;
import dev.merpati.simulator.proto.ProtoMessage;
import dev.merpati.simulator.signal.Encrypted;
import dev.merpati.simulator.signal.SignalException;
import dev.merpati.simulator.signal.SignalParty;
import java.time.Clock;
import java.util.Collections;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Sends texts from phones, encrypted for every companion of the recipient. Thread-safe. */
public final class PhoneSender {
    private static final Logger LOG = LoggerFactory.getLogger(PhoneSender.class);

    /** How many texts are kept for companions that could not decrypt them. */
    private static final int REMEMBERED = 1000;

    private static final int CONVERSATION = 1;

    private final Clock clock;
    private final Map<String, Sent> sent = Collections.synchronizedMap(new LinkedHashMap<>() {
        @Override
        protected boolean removeEldestEntry(Map.Entry<String, Sent> eldest) {
            return size() > REMEMBERED;
        }
    });

    /** A text as it was sent. */
    @SuppressWarnings("ArrayRecordComponent") // never compared
    private record Sent(String id, byte[] content, boolean hidden) {}

    PhoneSender(Clock clock) {
        this.clock = clock;
    }

    /**
     * Sends a text; completes with the message's id when it is on its way or waits for companions that are away.
     *
     * @param hidden whether the phone writes under its hidden address, with its number beside it
     */
    public CompletableFuture<String> send(Phone from, Phone to, String text, boolean hidden) {
        String id = "3A" + HexFormat.of().withUpperCase().formatHex(Bytes.random(9));
        byte[] message = ProtoMessage.builder().text(CONVERSATION, text).build();
        Sent sending = new Sent(id, message, hidden);
        sent.put(id, sending);
        to.inbox().arrived(id);
        to.inbox()
                .decrypted(new ReceivedMessage(
                        id,
                        from.number(),
                        0,
                        hidden,
                        "text",
                        text,
                        null,
                        null,
                        null,
                        null,
                        null,
                        null,
                        clock.instant()));
        return from.withKeys(party -> {
            to.companions().forEach(companion -> deliver(party, from, companion, sending));
            return id;
        });
    }

    /** Sends a message to a companion again, under a new session, if it is remembered. */
    void resend(Phone from, Companion companion, String id) {
        Sent known = sent.get(id);
        if (known != null) {
            var _ = from.withKeys(party -> {
                try {
                    party.begin(companion.jid().toString(), companion.keys().bundle());
                } catch (SignalException e) {
                    LOG.warn("A phone cannot begin a session with a companion: {}", e.toString());
                }
                deliver(party, from, companion, known);
                return id;
            });
        }
    }

    private void deliver(SignalParty party, Phone from, Companion companion, Sent message) {
        String address = companion.jid().toString();
        Jid sender = message.hidden() ? Jid.hidden(HiddenId.of(from.number()), 0) : from.jid();
        try {
            if (!party.hasSession(address)) {
                party.begin(address, companion.keys().bundle());
            }
            Encrypted encrypted = party.encrypt(address, Padding.add(message.content()));
            companion.deliver(Node.of(
                            "message",
                            Node.of("enc", encrypted.bytes())
                                    .with("v", "2")
                                    .with("type", encrypted.kind().wireName()))
                    .with("from", sender.toString())
                    .with("sender_pn", message.hidden() ? from.jid().toString() : null)
                    .with("id", message.id())
                    .with("t", Stanza.seconds(clock))
                    .with("type", "text")
                    .with("notify", from.pushName()));
        } catch (SignalException e) {
            LOG.warn("A phone cannot encrypt for a companion: {}", e.toString());
        }
    }
}
