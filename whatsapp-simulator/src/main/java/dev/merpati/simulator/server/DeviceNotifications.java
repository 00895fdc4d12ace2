package dev.merpati.simulator.server;

import dev.merpati.simulator.crypto.Hash;
import dev.merpati.simulator.node.Jid;
import dev.merpati.simulator.node.Node;
import dev.merpati.simulator.phone.Companion;
import dev.merpati.simulator.phone.DeviceIdentity;
import dev.merpati.simulator.phone.DeviceListener;
import dev.merpati.simulator.phone.Phone;
import dev.merpati.simulator.phone.PhoneDirectory;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import java.util.UUID;
import java.util.stream.Stream;

/**
 * Tells of devices that come and go: those who have a chat with the account ({@code notification devices}) and the
 * account's other companions ({@code notification account_sync}). The list of valid devices is signed by the phone.
 */
final class DeviceNotifications implements DeviceListener {
    private static final int HASH_BYTES = 6;

    private final PhoneDirectory phones;
    private final Clock clock;

    DeviceNotifications(PhoneDirectory phones, Clock clock) {
        this.phones = phones;
        this.clock = clock;
    }

    @Override
    public void added(Phone phone, Companion companion) {
        tell(phone, companion, "add");
    }

    @Override
    public void removed(Phone phone, Companion companion) {
        tell(phone, companion, "remove");
    }

    private void tell(Phone phone, Companion companion, String change) {
        String seconds = Stanza.seconds(clock);
        List<Integer> valid =
                phone.companions().stream().map(Companion::keyIndex).toList();
        var _ = phone.withKeys(party -> DeviceIdentity.keyIndexes(party, valid, clock.instant()))
                .thenAccept(signed -> {
                    Node indexes = Node.of("key-index-list", signed).with("ts", seconds);
                    Node notice = change(phone, companion, change, indexes);
                    phone.contacts().stream()
                            .flatMap(number -> phones.existing(number).stream())
                            .flatMap(contact -> contact.companions().stream())
                            .forEach(device -> device.deliver(notice));
                    Node own = devices(phone, indexes);
                    phone.companions().stream()
                            .filter(device -> !device.equals(companion))
                            .forEach(device -> device.deliver(own));
                });
    }

    private Node change(Phone phone, Companion companion, String change, Node indexes) {
        Node device = Node.of("device")
                .with("jid", companion.jid().toString())
                .with("lid", phone.hiddenJid(companion.jid().device()).toString())
                .with("key-index", String.valueOf(companion.keyIndex()));
        Node list = Node.of(change, device, indexes)
                .with("device_hash", hash(addresses(phone, false)))
                .with("device_lid_hash", hash(addresses(phone, true)));
        return notification("devices", phone).children(List.of(list)).with("lid", hidden(phone));
    }

    private Node devices(Phone phone, Node indexes) {
        List<Node> list = new ArrayList<>();
        list.add(Node.of("device").with("jid", phone.jid().toString()));
        phone.companions()
                .forEach(device -> list.add(Node.of("device")
                        .with("jid", device.jid().toString())
                        .with("key-index", String.valueOf(device.keyIndex()))));
        list.add(indexes);
        return notification("account_sync", phone)
                .children(List.of(Node.of("devices").children(list).with("dhash", hash(addresses(phone, false)))));
    }

    private Node notification(String type, Phone phone) {
        return Node.of("notification")
                .with("from", phone.jid().toString())
                .with("type", type)
                .with("id", UUID.randomUUID().toString())
                .with("t", Stanza.seconds(clock));
    }

    private static String hidden(Phone phone) {
        return phone.hiddenJid().toString();
    }

    private static List<Jid> addresses(Phone phone, boolean hidden) {
        return Stream.concat(Stream.of(phone.jid()), phone.companions().stream().map(Companion::jid))
                .map(jid -> hidden ? phone.hiddenJid(jid.device()) : jid)
                .toList();
    }

    /** As {@code participantListHashV2} of whatsmeow: SHA-256 over the sorted addresses {@code user.0:device@server}. */
    private static String hash(List<Jid> devices) {
        String joined = String.join(
                "",
                devices.stream()
                        .map(jid -> jid.user() + ".0:" + jid.device() + "@" + jid.server())
                        .sorted()
                        .toList());
        byte[] hash = Hash.sha256(joined.getBytes(StandardCharsets.US_ASCII));
        return "2:" + Base64.getEncoder().withoutPadding().encodeToString(Arrays.copyOf(hash, HASH_BYTES));
    }
}
