package dev.merpati.simulator.server;

import dev.merpati.simulator.crypto.Bytes;
import dev.merpati.simulator.node.Jid;
import dev.merpati.simulator.node.Node;
import dev.merpati.simulator.phone.Companion;
import dev.merpati.simulator.phone.CompanionConnection;
import dev.merpati.simulator.phone.CompanionKeys;
import dev.merpati.simulator.phone.Inbox;
import dev.merpati.simulator.phone.MessageContent;
import dev.merpati.simulator.phone.Padding;
import dev.merpati.simulator.phone.Phone;
import dev.merpati.simulator.phone.PhoneDirectory;
import dev.merpati.simulator.phone.ReceivedMessage;
import dev.merpati.simulator.proto.MalformedProtoException;
import dev.merpati.simulator.proto.ProtoMessage;
import dev.merpati.simulator.signal.Encrypted;
import dev.merpati.simulator.signal.PreKeyBundle;
import dev.merpati.simulator.signal.SignalException;
import dev.merpati.simulator.signal.SignalParty;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Companion devices that the simulator plays itself: they decrypt what they are sent, show it, and confirm it or request
 * it again, so that a client has somebody with more than one device to write to. Thread-safe.
 */
public final class PlayedDevices {
    private static final Logger LOG = LoggerFactory.getLogger(PlayedDevices.class);
    private static final int PRE_KEYS = 100;
    private static final int SHOWN = 1000;
    private static final int MAX_RETRIES = 5;

    private final PhoneDirectory phones;
    private final ReceiptRelay receipts;
    private final Clock clock;
    private final Map<Jid, Device> devices = new ConcurrentHashMap<>();

    PlayedDevices(PhoneDirectory phones, ReceiptRelay receipts, Clock clock) {
        this.phones = phones;
        this.receipts = receipts;
        this.clock = clock;
    }

    /** Links another device to a phone; completes when that would survive a crash. */
    public CompletableFuture<Companion> add(Phone phone) {
        SignalParty party = SignalParty.create();
        PreKeyBundle bundle = party.bundle();
        CompanionKeys keys = new CompanionKeys(
                bundle.identityKey(),
                bundle.registrationId(),
                new CompanionKeys.SignedPreKey(bundle.signedPreKeyId(), bundle.signedPreKey(), bundle.signature()));
        int number = phone.nextDevice();
        Companion companion =
                new Companion(Jid.companion(phone.number(), number), number, Bytes.random(32), keys, party);
        publish(party, companion, PRE_KEYS);
        play(phone, companion, party);
        return phone.addCompanion(companion).thenApply(_ -> companion);
    }

    /** Goes on to play the devices that were stored. */
    void resume() {
        phones.all()
                .forEach(phone -> phone.companions()
                        .forEach(companion -> companion.played().ifPresent(party -> play(phone, companion, party))));
    }

    private void play(Phone phone, Companion companion, SignalParty party) {
        Device device = new Device(phone, companion, party);
        devices.put(companion.jid(), device);
        companion.attach(device, false, false);
    }

    private static void publish(SignalParty party, Companion companion, int count) {
        List<PreKeyBundle.Some> fresh = IntStream.range(0, count)
                .mapToObj(_ -> party.bundle().oneTimeKey())
                .filter(PreKeyBundle.Some.class::isInstance)
                .map(PreKeyBundle.Some.class::cast)
                .toList();
        companion
                .keys()
                .upload(companion.keys().registrationId(), companion.keys().signed(), fresh);
    }

    /** What a played device has decrypted; empty if the device is not played. */
    public Optional<Inbox> inbox(Companion companion) {
        return Optional.ofNullable(devices.get(companion.jid())).map(device -> device.inbox);
    }

    void clear() {
        devices.clear();
    }

    /** One device; its keys are used on the phone's queue. */
    private final class Device implements CompanionConnection {
        private final Phone phone;
        private final Companion companion;
        private final SignalParty party;
        private final Inbox inbox = new Inbox(SHOWN);

        Device(Phone phone, Companion companion, SignalParty party) {
            this.phone = phone;
            this.companion = companion;
            this.party = party;
        }

        @Override
        public void send(Node node) {
            boolean confirmed = List.of("receipt", "notification").contains(node.tag());
            if (node.is("message") || confirmed) {
                var _ = phone.withKeys(_ -> {
                            if (node.is("message")) {
                                receive(node);
                            }
                            companion.confirm(Node.of("ack")
                                    .with("class", node.tag())
                                    .with("id", node.text("id"))
                                    .with("type", node.attribute("type")));
                            return node;
                        })
                        .exceptionally(failure -> {
                            LOG.error("A played device failed to take a stanza", failure);
                            return node;
                        });
            }
        }

        private void receive(Node message) {
            inbox.arrived(message.text("id"));
            Optional<Jid> from = Jid.parse(message.attribute("from"));
            Optional<Node> enc = message.child("enc");
            if (from.isEmpty() || enc.isEmpty()) {
                return;
            }
            try {
                show(message, from.get(), decrypt(from.get(), enc.get()));
                boolean own = PhoneDirectory.numberOf(from.get()).equals(companion.number());
                receipts.relay(companion, receipt(message, own ? "sender" : null));
            } catch (SignalException e) {
                if (e.reason() != SignalException.Reason.DUPLICATE) {
                    requestAgain(message);
                }
            } catch (MalformedProtoException | IllegalArgumentException e) {
                requestAgain(message);
            }
        }

        private byte[] decrypt(Jid from, Node enc) throws SignalException {
            Encrypted.Kind kind = enc.has("type", "pkmsg") ? Encrypted.Kind.PKMSG : Encrypted.Kind.MSG;
            String session = PhoneDirectory.numberOf(from) + ":" + from.device();
            return Padding.remove(
                    party.decrypt(session, new Encrypted(kind, enc.content().orElse(new byte[0]))));
        }

        private void show(Node message, Jid from, byte[] plaintext) {
            ProtoMessage content = MessageContent.unwrap(ProtoMessage.parse(plaintext));
            inbox.decrypted(new ReceivedMessage(
                    message.text("id"),
                    PhoneDirectory.numberOf(from),
                    from.device(),
                    from.isHidden(),
                    MessageContent.of(content),
                    clock.instant()));
        }

        private void requestAgain(Node message) {
            int count = inbox.requestedAgain(message.text("id"));
            if (count > MAX_RETRIES) {
                return;
            }
            List<Node> children = new ArrayList<>(List.of(
                    Node.of("retry")
                            .with("count", String.valueOf(count))
                            .with("id", message.text("id"))
                            .with("t", Stanza.seconds(clock))
                            .with("v", "1"),
                    Node.of("registration", Bytes.bigEndian(party.registrationId(), 4))));
            if (count > 1) {
                children.add(Node.of("keys").children(Stanza.bundleKeys(party.bundle())));
            }
            receipts.relay(companion, receipt(message, "retry").children(children));
        }

        private static Node receipt(Node message, @Nullable String type) {
            return Node.of("receipt")
                    .with("to", message.text("from"))
                    .with("id", message.text("id"))
                    .with("type", type);
        }

        @Override
        public String host() {
            return "";
        }

        @Override
        public void end(Node last) {
            devices.remove(companion.jid(), this);
        }
    }
}
