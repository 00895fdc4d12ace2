package dev.merpati.worker.cobalt.receive;

import dev.merpati.worker.cobalt.account.LidMap;
import dev.merpati.worker.cobalt.account.PrivacyTokens;
import dev.merpati.worker.cobalt.address.Address;
import dev.merpati.worker.cobalt.keys.SignalKeyStore;
import it.auties.whatsapp.model.node.Node;
import java.time.Instant;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** Reads {@code notification} stanzas. Blocks while something is stored. */
final class Notifications {
    private final LidMap lids;
    private final PrivacyTokens tokens;
    private final SignalKeyStore signalKeys;

    Notifications(LidMap lids, PrivacyTokens tokens, SignalKeyStore signalKeys) {
        this.lids = lids;
        this.tokens = tokens;
        this.signalKeys = signalKeys;
    }

    /** Drops the Signal sessions with a user whose keys are others by now, under both names. */
    void identity(Node notification) {
        address(notification, "from").ifPresent(user -> {
            signalKeys.forget(user);
            Address other = user.isLid() ? lids.numbered(user) : lids.hidden(user);
            if (!other.equals(user)) {
                signalKeys.forget(other);
            }
        });
    }

    /** Keeps the tokens that a contact has given (whatsmeow {@code handlePrivacyTokenNotification}). */
    void tokens(Node notification) {
        Optional<Address> from = address(notification, "from");
        if (from.isEmpty()) {
            return;
        }
        learn(notification, "sender_lid");
        String user = address(notification, "sender_lid")
                .or(() -> from.filter(Address::isLid))
                .map(Address::user)
                .or(() -> lids.lidOf(from.get().user()))
                .orElse(from.get().user());
        Map<String, PrivacyTokens.Token> given = new HashMap<>();
        notification.findChild("tokens").stream()
                .flatMap(list -> list.streamChildren("token"))
                .filter(token -> token.attributes().hasValue("type", "trusted_contact"))
                .forEach(token -> token.contentAsBytes()
                        .ifPresent(value -> given.put(
                                user,
                                new PrivacyTokens.Token(
                                        value,
                                        Instant.ofEpochSecond(token.attributes().getLong("t"))))));
        tokens.putAll(given);
    }

    /** Drops the Signal sessions with companions that are linked no more: another one can come under the same number. */
    void devices(Node notification) {
        learn(notification, "lid");
        Set<Address> gone = new HashSet<>();
        notification.findChild("remove").stream()
                .flatMap(list -> list.streamChildren("device"))
                .flatMap(device -> Stream.of(address(device, "jid"), address(device, "lid")))
                .flatMap(Optional::stream)
                .filter(device -> device.device() != 0)
                .forEach(device -> gone.addAll(List.of(lids.hidden(device), lids.numbered(device))));
        if (!gone.isEmpty()) {
            signalKeys.forgetDevices(gone);
        }
    }

    /**
     * Drops the Signal sessions with this account's own devices that are not among those that it has now. The list is the
     * whole one (whatsmeow {@code handleOwnDevicesNotification}).
     */
    void ownDevices(Node notification, Address ownNumber) {
        Optional<Node> list = notification.findChild("devices");
        if (list.isEmpty()) {
            return; // Another setting of the account.
        }
        Set<Integer> linked = list.get().listChildren("device").stream()
                .map(device -> address(device, "jid"))
                .flatMap(Optional::stream)
                .filter(device -> lids.hidden(device).isSameUser(lids.hidden(ownNumber)))
                .map(Address::device)
                .collect(Collectors.toSet());
        if (!linked.contains(0)) {
            return; // Without the phone itself it is not understood.
        }
        signalKeys.keepDevices(ownNumber, linked);
        Address hidden = lids.hidden(ownNumber);
        if (hidden.isLid()) {
            signalKeys.keepDevices(hidden, linked);
        }
    }

    /** Keeps which hidden id belongs to the number that a notification is from. */
    private void learn(Node notification, String attribute) {
        Optional<Address> from = address(notification, "from").filter(address -> !address.isLid());
        Optional<Address> lid = address(notification, attribute).filter(Address::isLid);
        if (from.isPresent() && lid.isPresent()) {
            lids.put(from.get().user(), lid.get().user());
        }
    }

    static Optional<Address> address(Node notification, String attribute) {
        try {
            return notification.attributes().getOptionalJid(attribute).flatMap(Address::of);
        } catch (RuntimeException e) {
            return Optional.empty(); // Not an address.
        }
    }
}
