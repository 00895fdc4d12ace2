package dev.merpati.worker.cobalt.send;

import dev.merpati.worker.cobalt.account.Account;
import dev.merpati.worker.cobalt.account.AccountTraits;
import dev.merpati.worker.cobalt.account.BoundedCache;
import dev.merpati.worker.cobalt.account.LidMap;
import dev.merpati.worker.cobalt.address.Address;
import dev.merpati.worker.cobalt.keys.KeyBundles;
import dev.merpati.worker.cobalt.keys.SignalKeyStore;
import dev.merpati.worker.cobalt.query.Deadline;
import dev.merpati.worker.cobalt.transport.SerialExecutor;
import it.auties.whatsapp.model.jid.Jid;
import it.auties.whatsapp.model.node.Attributes;
import it.auties.whatsapp.model.node.Node;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Sends a message again to the one device that asked for it because it could not decrypt it: bare, counted, and for that
 * device alone (whatsmeow {@code retry.go}). Only devices of the chat that the message was for, and one's own, get it.
 */
final class Resends {
    private static final Logger log = LoggerFactory.getLogger(Resends.class);
    private static final int MOST = 5;
    private static final int IN_MEMORY = 1_000;

    private final SerialExecutor executor = new SerialExecutor("whatsapp-resends");
    private final Consumer<Node> socket;
    private final Address self;
    private final AccountTraits traits;
    private final LidMap lids;
    private final KeyBundles bundles;
    private final MessageEncryptor encryptor;
    private final RecentMessages recent;
    private final Duration timeout;
    /** How often each device was answered; only touched while resending. */
    private final BoundedCache<Request, Integer> counts = new BoundedCache<>(IN_MEMORY);

    private record Request(String messageId, Address device) {}

    /**
     * @param socket sends a stanza that has no response
     * @param self this device, under its number
     */
    Resends(
            Consumer<Node> socket,
            Address self,
            Account account,
            KeyBundles bundles,
            MessageEncryptor encryptor,
            RecentMessages recent,
            Duration timeout) {
        this.socket = socket;
        this.self = self;
        this.traits = account.traits();
        this.lids = account.lids();
        this.bundles = bundles;
        this.encryptor = encryptor;
        this.recent = recent;
        this.timeout = timeout;
    }

    /** Answers a retry receipt. Returns at once. */
    void asked(Node receipt) {
        executor.execute(() -> {
            try {
                resend(receipt);
            } catch (SignalKeyStore.FrozenException | SignalKeyStore.UnusableSessionException | RuntimeException e) {
                log.debug("A message could not be sent again: {}", e.toString());
            }
        });
    }

    private void resend(Node receipt) throws SignalKeyStore.FrozenException, SignalKeyStore.UnusableSessionException {
        Optional<Address> device = Address.in(receipt, "participant").or(() -> Address.in(receipt, "from"));
        Optional<Node> retry = receipt.findChild("retry");
        if (device.isEmpty() || retry.isEmpty()) {
            return;
        }
        String id = retry.get().attributes().getString("id", receipt.id());
        int count = retry.get().attributes().getInt("count");
        Optional<RecentMessages.Sent> sent = recent.find(id).filter(found -> mayHave(found, device.get()));
        if (sent.isEmpty() || !mayAsk(new Request(id, device.get()), count)) {
            log.debug("A message was asked for that is gone, or was asked for too often");
            return;
        }
        renewSession(device.get(), receipt);
        send(id, device.get(), receipt, sent.get(), Math.max(1, count));
    }

    /** On another worker and after a restart only the device itself knows how often it has asked. */
    private boolean mayAsk(Request request, int count) {
        Integer before = counts.get(request);
        int asked = before == null ? 1 : before + 1;
        if (count > MOST || asked > MOST) {
            return false;
        }
        counts.put(request, asked);
        return true;
    }

    private boolean mayHave(RecentMessages.Sent sent, Address device) {
        return isOwn(device) || lids.hidden(device.account()).equals(lids.hidden(sent.to()));
    }

    private boolean isOwn(Address device) {
        return device.user().equals(self.user())
                || traits.ownLid().filter(device.user()::equals).isPresent();
    }

    /** With the keys that the device has sent along, or else with those that the server has. */
    private void renewSession(Address device, Node receipt) {
        Jid signal = lids.hidden(device).toJid();
        Optional<Node> bundle = receipt.findChild("keys").map(keys -> {
            List<Node> children = new ArrayList<>(keys.children());
            receipt.findChild("registration").ifPresent(children::addFirst);
            return Node.of("user", Map.of("jid", signal), children);
        });
        if (bundle.isEmpty() || !bundles.establishFrom(bundle.get())) {
            var _ = bundles.establish(List.of(signal), Deadline.in(timeout));
        }
    }

    private void send(String id, Address device, Node receipt, RecentMessages.Sent sent, int count)
            throws SignalKeyStore.FrozenException, SignalKeyStore.UnusableSessionException {
        MessageContent content = sent.content();
        byte[] message = isOwn(device) && !isOwn(sent.to())
                ? content.forOwnDevices(Address.in(receipt, "recipient").orElse(sent.to()))
                : content.encoded();
        List<Node> body = encryptor.encryptAgain(device, message, content.mediaType(), count);
        Map<String, Object> asked = receipt.attributes().toMap();
        Attributes attributes = Attributes.of()
                .put("id", id)
                .put("to", asked.get("from"))
                .put("type", content.stanzaType())
                .put("device_fanout", "false");
        for (String name : List.of("participant", "recipient")) {
            Object value = asked.get(name);
            attributes.put(name, value, value != null);
        }
        socket.accept(Node.of("message", attributes, body));
    }
}
