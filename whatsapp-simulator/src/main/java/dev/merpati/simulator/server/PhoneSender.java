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
    private final Map<String, byte[]> sent = Collections.synchronizedMap(new LinkedHashMap<>() {
        @Override
        protected boolean removeEldestEntry(Map.Entry<String, byte[]> eldest) {
            return size() > REMEMBERED;
        }
    });

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
        sent.put(id, message);
        to.inbox().arrived(id);
        to.inbox()
                .decrypted(new ReceivedMessage(
                        id, from.number(), 0, "text", text, null, null, null, null, null, null, clock.instant()));
        return from.withKeys(party -> {
            to.companions().forEach(companion -> deliver(party, from, companion, id, message, hidden));
            return id;
        });
    }

    /** Begins a new session with a companion and sends it a message again, if it is remembered. */
    void resend(Phone from, Companion companion, String id) {
        byte[] message = sent.get(id);
        if (message != null) {
            var _ = from.withKeys(party -> {
                party.forget(companion.jid().toString());
                deliver(party, from, companion, id, message, false);
                return id;
            });
        }
    }

    private void deliver(
            SignalParty party, Phone from, Companion companion, String id, byte[] message, boolean hidden) {
        String address = companion.jid().toString();
        try {
            if (!party.hasSession(address)) {
                party.begin(address, companion.keys().bundle());
            }
            Encrypted encrypted = party.encrypt(address, Padding.add(message));
            companion.deliver(Node.of(
                            "message",
                            Node.of("enc", encrypted.bytes())
                                    .with("v", "2")
                                    .with("type", encrypted.kind().wireName()))
                    .with("from", (hidden ? Jid.hidden(HiddenId.of(from.number()), 0) : from.jid()).toString())
                    .with("sender_pn", hidden ? from.jid().toString() : null)
                    .with("id", id)
                    .with("t", Stanza.seconds(clock))
                    .with("type", "text")
                    .with("notify", from.pushName()));
        } catch (SignalException e) {
            LOG.warn("A phone cannot encrypt for a companion: {}", e.toString());
        }
    }
}
