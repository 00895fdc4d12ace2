package dev.merpati.worker.cobalt.receive;

import static org.assertj.core.api.Assertions.assertThat;

import dev.merpati.worker.cobalt.account.Account;
import dev.merpati.worker.cobalt.address.Address;
import dev.merpati.worker.cobalt.keys.Device;
import dev.merpati.worker.cobalt.keys.SignalKeyStore;
import dev.merpati.worker.whatsapp.InMemoryRecords;
import it.auties.whatsapp.controller.Keys;
import it.auties.whatsapp.model.node.Attributes;
import it.auties.whatsapp.model.node.Node;
import java.util.Arrays;
import java.util.List;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class NotificationsTest {
    private static final Address NUMBER = Address.ofNumber("628111222333");
    private static final Address LID = Address.ofLid("83671001");

    private final InMemoryRecords records = new InMemoryRecords();
    private final Account account = new Account(records);
    private final SignalKeyStore signalKeys = new SignalKeyStore(newKeys(), records);
    private final Notifications notifications = new Notifications(account.lids(), account.tokens(), signalKeys);

    private static Keys newKeys() {
        return Device.unlinked(UUID.randomUUID(), "Merpati").keys();
    }

    /** Another companion can be linked under the same number, with other keys. */
    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void theSessionWithACompanionThatIsGoneIsDropped(boolean hidden) {
        Address account = hidden ? LID : NUMBER;
        begin(account);
        begin(account.withDevice(2));
        begin(account.withDevice(3));

        notifications.devices(devices("remove", 2));

        assertThat(has(account.withDevice(2))).isFalse();
        assertThat(has(account)).isTrue();
        assertThat(has(account.withDevice(3))).isTrue();
        assertThat(this.account.lids().lidOf(NUMBER.user())).contains(LID.user());
    }

    /** A notification names a device under one of its names at least. */
    @Test
    void theSessionWithACompanionThatIsGoneIsDroppedUnderTheNameThatIsNotTold() {
        account.lids().put(NUMBER.user(), LID.user());
        begin(NUMBER.withDevice(2));
        begin(LID.withDevice(2));
        begin(NUMBER.withDevice(3));
        begin(LID.withDevice(3));

        notifications.devices(removed(NUMBER.withDevice(2)));
        notifications.devices(removed(LID.withDevice(3)));

        for (Address account : List.of(NUMBER, LID)) {
            assertThat(has(account.withDevice(2))).isFalse();
            assertThat(has(account.withDevice(3))).isFalse();
        }
    }

    private static Node removed(Address device) {
        return Node.of(
                "notification",
                Attributes.of()
                        .put("type", "devices")
                        .put("from", device.account().toJid()),
                Node.of("remove", Node.of("device", Attributes.of().put("jid", device.toJid()))));
    }

    @Test
    void aCompanionThatComesChangesNoSession() {
        begin(LID.withDevice(2));

        notifications.devices(devices("add", 2));

        assertThat(has(LID.withDevice(2))).isTrue();
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void aUserWithOtherKeysIsForgottenUnderBothNames(boolean hidden) {
        account.lids().put(NUMBER.user(), LID.user());
        begin(NUMBER);
        begin(LID);

        notifications.identity(Node.of(
                "notification", Attributes.of().put("from", (hidden ? LID : NUMBER).toJid()), Node.of("identity")));

        assertThat(has(NUMBER)).isFalse();
        assertThat(has(LID)).isFalse();
    }

    /** The phone tells its companions which of them are left. */
    @Test
    void sessionsWithOwnDevicesThatAreNotInTheListAreDroppedUnderBothNames() {
        account.lids().put(NUMBER.user(), LID.user());
        for (Address name : List.of(NUMBER, LID)) {
            begin(name);
            begin(name.withDevice(2));
            begin(name.withDevice(3));
        }

        notifications.ownDevices(accountSync(NUMBER, NUMBER.withDevice(3), NUMBER.withDevice(9)), NUMBER);

        for (Address name : List.of(NUMBER, LID)) {
            assertThat(has(name)).isTrue();
            assertThat(has(name.withDevice(2))).isFalse();
            assertThat(has(name.withDevice(3))).isTrue();
        }
    }

    @Test
    void aListThatIsNotUnderstoodDropsNothing() {
        begin(NUMBER);
        begin(NUMBER.withDevice(2));

        notifications.ownDevices(accountSync(), NUMBER);
        notifications.ownDevices(accountSync(Address.ofNumber("628999"), Address.ofNumber("628999")), NUMBER);
        notifications.ownDevices(Node.of("notification", Attributes.of(), Node.of("privacy")), NUMBER);

        assertThat(has(NUMBER)).isTrue();
        assertThat(has(NUMBER.withDevice(2))).isTrue();
    }

    private static Node accountSync(Address... devices) {
        Node[] list = Arrays.stream(devices)
                .map(device -> Node.of("device", Attributes.of().put("jid", device.toJid())))
                .toArray(Node[]::new);
        return Node.of(
                "notification",
                Attributes.of().put("type", "account_sync").put("from", NUMBER.toJid()),
                Node.of("devices", Attributes.of().put("dhash", "x"), list));
    }

    private static Node devices(String change, int device) {
        Attributes attributes = Attributes.of()
                .put("jid", NUMBER.withDevice(device).toJid())
                .put("lid", LID.withDevice(device).toJid())
                .put("key-index", "1");
        return Node.of(
                "notification",
                Attributes.of()
                        .put("type", "devices")
                        .put("from", NUMBER.toJid())
                        .put("lid", LID.toJid()),
                Node.of(change, Node.of("device", attributes), Node.of("key-index-list")));
    }

    private void begin(Address device) {
        Keys other = newKeys();
        Node bundle = Node.of(
                "user",
                List.of(
                        Node.of("identity", other.identityKeyPair().publicKey()),
                        other.signedKeyPair().toNode()));
        assertThat(signalKeys.establish(device, 1, bundle)).isTrue();
        signalKeys.save();
    }

    private boolean has(Address device) {
        signalKeys.touch(List.of(device.toJid()));
        return signalKeys.read(keys -> keys.hasSession(device.toSignalAddress()));
    }
}
