package dev.merpati.worker.cobalt;

import it.auties.whatsapp.controller.Store;
import it.auties.whatsapp.model.jid.Jid;
import it.auties.whatsapp.model.node.Node;
import java.util.Optional;

/** Messages, receipts and notifications: what goes over a {@link Line} once the device is logged in. */
final class Traffic {
    private final Surroundings surroundings;
    private final LineEvents events;
    private final Acknowledgements acknowledgements = new Acknowledgements();
    private final RecentMessages recent = new RecentMessages();
    private final InboundStanzas stanzas;
    private final Queries queries;
    private final DeviceLists deviceLists;
    private final Login login;
    private final Jid self;
    private final MessageSender sender;
    private final Retries retries;

    Traffic(
            Surroundings surroundings,
            Device device,
            Jid self,
            CobaltSocket socket,
            Store store,
            Ratchets ratchets,
            LineEvents events) {
        this.surroundings = surroundings;
        this.events = events;
        this.self = self;
        queries = new Queries(socket, surroundings.timing().answer());
        deviceLists = new DeviceLists(queries);
        stanzas = new InboundStanzas(socket, store, ratchets);
        login = new Login(queries, device.keys(), ratchets, events::saveCredentials);
        sender = new MessageSender(
                socket,
                deviceLists,
                new KeyBundles(queries, socket, ratchets),
                new Envelopes(ratchets, self),
                acknowledgements,
                recent);
        retries = new Retries(recent, sender, surroundings.timing().answer());
    }

    /** Does what is left to do after the server's welcome. Blocks. Empty if that took too long. */
    Optional<LoggedIn> logIn() {
        if (!login.complete(Deadline.in(surroundings.timing().login()))) {
            return Optional.empty();
        }
        var media = new MediaServer(queries, surroundings.uploads());
        return Optional.of(new LoggedIn(self, queries, sender, media));
    }

    /** The connection is over. */
    void lost() {
        acknowledgements.lost();
    }

    void onNode(Node node) {
        switch (node.description()) {
            case "ack" -> acknowledgements.received(node);
            case "receipt" -> receipt(node);
            case "message" -> stanzas.message(node);
            case "notification" -> notification(node);
            case "call" -> stanzas.acknowledge(node);
            default -> {
                // Presences, typing, hints for clients with a screen.
            }
        }
    }

    private void receipt(Node receipt) {
        stanzas.acknowledge(receipt);
        if (Receipts.asksForRetry(receipt)) {
            var device = receipt.attributes().getRequiredJid("from");
            Receipts.messageIds(receipt).forEach(id -> retries.asked(id, device));
        } else {
            Receipts.of(receipt)
                    .ifPresent(what -> Receipts.messageIds(receipt).forEach(id -> events.receipt(id, what)));
        }
    }

    private void notification(Node notification) {
        stanzas.acknowledge(notification);
        switch (notification.attributes().getString("type")) {
            case "encrypt" -> {
                if (notification.hasNode("count")) {
                    Thread.ofVirtual()
                            .name("whatsapp-prekeys")
                            .start(() -> login.replenish(
                                    Deadline.in(surroundings.timing().login())));
                }
            }
            case "devices", "account_sync" ->
                notification.attributes().getOptionalJid("from").ifPresent(deviceLists::forget);
            default -> {
                // Groups, pictures, settings.
            }
        }
    }
}
