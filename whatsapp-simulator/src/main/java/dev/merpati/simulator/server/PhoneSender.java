package dev.merpati.simulator.server;

import dev.merpati.simulator.crypto.Bytes;
import dev.merpati.simulator.node.Jid;
import dev.merpati.simulator.node.Node;
import dev.merpati.simulator.phone.Companion;
import dev.merpati.simulator.phone.DeliveryState;
import dev.merpati.simulator.phone.Draft;
import dev.merpati.simulator.phone.MessageContent;
import dev.merpati.simulator.phone.Padding;
import dev.merpati.simulator.phone.Phone;
import dev.merpati.simulator.phone.ReceivedMessage;
import dev.merpati.simulator.phone.SentMessage;
import dev.merpati.simulator.rule.Rule;
import dev.merpati.simulator.rule.Rules;
import dev.merpati.simulator.signal.Encrypted;
import dev.merpati.simulator.signal.SignalException;
import dev.merpati.simulator.signal.SignalParty;
import java.time.Clock;
import java.util.Collections;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Sends messages from phones, encrypted for every companion of the recipient, and copies of them to the phone's own
 * companions. Thread-safe.
 */
public final class PhoneSender {
    private static final Logger LOG = LoggerFactory.getLogger(PhoneSender.class);

    /** How many messages are kept for companions that could not decrypt them. */
    private static final int REMEMBERED = 1000;

    private final PrivacyTokens tokens;
    private final PreKeySupply supply;
    private final Rules rules;
    private final Clock clock;
    private final Map<String, Sent> sent = Collections.synchronizedMap(new LinkedHashMap<>() {
        private static final long serialVersionUID = 1;

        @Override
        protected boolean removeEldestEntry(Map.Entry<String, Sent> eldest) {
            return size() > REMEMBERED;
        }
    });

    /**
     * A message as it was sent.
     *
     * @param unreadable the devices that have got nothing but a damaged ciphertext
     */
    private record Sent(String id, Draft draft, Phone to, boolean hidden, Set<Jid> unreadable) {}

    PhoneSender(PrivacyTokens tokens, PreKeySupply supply, Rules rules, Clock clock) {
        this.rules = rules;
        this.tokens = tokens;
        this.supply = supply;
        this.clock = clock;
    }

    /**
     * Sends a message; completes with its id when it is on its way or waits for companions that are away.
     *
     * @param hidden whether the phone writes under its hidden address, with its number beside it
     */
    public CompletableFuture<String> send(Phone from, Phone to, Draft draft, boolean hidden) {
        from.writesTo(to.number());
        tokens.trust(from, to);
        Sent sending = new Sent(newId(), draft, to, hidden, ConcurrentHashMap.newKeySet());
        sent.put(sending.id(), sending);
        from.outbox()
                .add(new SentMessage(
                        sending.id(), to.number(), 0, hidden, draft.content(), draft.bytes(), clock.instant()));
        to.inbox().arrived(sending.id());
        to.inbox()
                .decrypted(
                        new ReceivedMessage(sending.id(), from.number(), 0, hidden, draft.content(), clock.instant()));
        from.outbox().reached(sending.id(), 0, DeliveryState.DELIVERED);
        return from.withKeys(party -> {
            to.companions().forEach(companion -> deliver(party, from, companion, sending, draft.damage()));
            from.companions().forEach(companion -> deliver(party, from, companion, sending, Draft.Damage.NONE));
            return sending.id();
        });
    }

    private static String newId() {
        return "3A" + HexFormat.of().withUpperCase().formatHex(Bytes.random(9));
    }

    /** Whether a phone writes under its hidden address if nobody says how: to accounts that are migrated to them. */
    public boolean isHidden(Phone from, Phone to) {
        return rules.enforced(Rule.HIDDEN_SENDERS, to) ? to.traits().migrated() : from.isHiddenChat(to.number());
    }

    /** Whether a companion has got nothing of a message that it could decrypt. */
    boolean isUnreadable(String id, Companion companion) {
        Sent known = sent.get(id);
        return known != null && known.unreadable().contains(companion.jid());
    }

    /**
     * Sends a message to a companion again, under a new session, if it is remembered.
     *
     * @param receipt the companion's, with the keys for that session from the second time on
     */
    void resend(Phone from, Companion companion, Node receipt) {
        String id = receipt.text("id");
        Sent known = sent.get(id);
        if (known != null) {
            var _ = from.withKeys(party -> {
                try {
                    party.begin(
                            companion.jid().toString(),
                            Stanza.bundleIn(receipt, companion.keys()).orElseGet(() -> supply.take(companion)));
                } catch (SignalException e) {
                    LOG.warn("A phone cannot begin a session with a companion: {}", e.toString());
                }
                deliver(party, from, companion, known, Draft.Damage.NONE);
                return id;
            });
        }
    }

    private void deliver(SignalParty party, Phone from, Companion companion, Sent message, Draft.Damage damage) {
        if (damage != Draft.Damage.NONE) {
            message.unreadable().add(companion.jid());
        } else {
            message.unreadable().remove(companion.jid());
        }
        String address = companion.jid().toString();
        Jid sender = address(from, message.hidden());
        boolean own = companion.number().equals(from.number());
        Jid recipient = address(message.to(), message.hidden());
        byte[] content = own
                ? MessageContent.deviceSent(
                        recipient.toString(), message.draft().bytes())
                : message.draft().bytes();
        // The server adds the number for those who may not know to whom the hidden id belongs.
        boolean introduced = party.hasSession(address) && rules.enforced(Rule.HIDDEN_SENDERS, message.to());
        try {
            if (!party.hasSession(address)) {
                party.begin(address, supply.take(companion));
            }
            Encrypted encrypted = party.encrypt(address, Padding.add(content));
            Node stanza = Node.of("message", body(message.draft(), encrypted, damage))
                    .with("from", sender.toString())
                    .with("id", message.id())
                    .with("t", Stanza.seconds(clock))
                    .with("type", message.draft().stanzaType())
                    .with("edit", message.draft().edit())
                    .with("notify", from.pushName());
            companion.deliver(
                    own
                            ? copy(stanza, message, recipient)
                            : withNumber(stanza, message.hidden() && !introduced, from.jid()));
        } catch (SignalException e) {
            LOG.warn("A phone cannot encrypt for a companion: {}", e.toString());
        }
    }

    private static Node body(Draft draft, Encrypted encrypted, Draft.Damage damage) {
        if (damage == Draft.Damage.UNAVAILABLE) {
            return Node.of("unavailable");
        }
        return Node.of("enc", damage == Draft.Damage.SPOILED ? encrypted.withWrongMac() : encrypted.bytes())
                .with("v", "2")
                .with("type", encrypted.kind().wireName())
                .with("mediatype", draft.mediaType());
    }

    private static Node withNumber(Node stanza, boolean needed, Jid number) {
        return stanza.with("sender_pn", needed ? number.toString() : null);
    }

    /** What the phone's own companions get is from its own address, and names the chat. */
    private static Node copy(Node stanza, Sent message, Jid recipient) {
        return stanza.with("recipient", recipient.toString())
                .with("peer_recipient_pn", message.hidden() ? message.to().jid().toString() : null);
    }

    private static Jid address(Phone phone, boolean hidden) {
        return hidden ? phone.hiddenJid() : phone.jid();
    }
}
