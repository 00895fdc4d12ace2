package dev.merpati.worker.cobalt.keys;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.merpati.worker.cobalt.address.Address;
import dev.merpati.worker.whatsapp.InMemoryRecords;
import dev.merpati.worker.whatsapp.SessionRecords;
import it.auties.whatsapp.controller.Keys;
import it.auties.whatsapp.controller.SignalSessions;
import it.auties.whatsapp.crypto.SessionBuilder;
import it.auties.whatsapp.model.jid.Jid;
import it.auties.whatsapp.model.signal.session.Session;
import it.auties.whatsapp.model.signal.session.SessionAddress;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class SignalKeyStoreTest {
    private static final byte[] TEXT = {1, 2, 3};

    private final Keys keys = newKeys();
    private final CountingRecords records = new CountingRecords();
    private final SignalKeyStore signalKeys = new SignalKeyStore(keys, records);

    private static Keys newKeys() {
        return Device.unlinked(UUID.randomUUID(), "Merpati").keys();
    }

    @Test
    void whatIsSavedIsThereForTheNextConnection() throws Exception {
        begin(phone(1));
        signalKeys.encrypt(phone(1), TEXT);
        signalKeys.save();

        SignalKeyStore next = new SignalKeyStore(newKeys(), records);

        assertThat(next.withoutSession(List.of(phone(1), phone(2)))).containsExactly(phone(2));
        assertThat(next.encrypt(phone(1), TEXT).type()).isEqualTo("pkmsg");
    }

    /** A stanza to several devices costs one write, and nothing when it changed nothing. */
    @Test
    void allChangesAreStoredAtOnce() throws Exception {
        begin(phone(1));
        begin(phone(1).withDevice(2));
        begin(phone(3));
        for (Jid device : List.of(phone(1), phone(1).withDevice(2), phone(3))) {
            signalKeys.encrypt(device, TEXT);
        }

        signalKeys.save();
        signalKeys.save();

        assertThat(records.saves).containsExactly(Set.of(name(1), name(3)));
    }

    @Test
    void whatCouldNotBeStoredIsStoredTheNextTime() {
        begin(phone(1));
        records.away = true;
        assertThatThrownBy(signalKeys::save).isInstanceOf(SignalKeyStore.UnavailableException.class);

        records.away = false;
        signalKeys.save();

        assertThat(records.load(List.of(name(1)))).isNotEmpty();
    }

    @Test
    void memoryHoldsFewUsersAndNoneIsLost() {
        for (int i = 0; i < 100; i++) {
            begin(phone(i));
            signalKeys.save();
        }

        assertThat(SignalSessions.addresses(keys)).hasSizeLessThanOrEqualTo(32);
        for (int i = 0; i < 100; i++) {
            assertThat(signalKeys.withoutSession(List.of(phone(i)))).isEmpty();
        }
        assertThat(SignalSessions.addresses(keys)).hasSizeLessThanOrEqualTo(32);
    }

    @Test
    void whatIsNotStoredStaysInMemory() {
        for (int i = 0; i < 100; i++) {
            begin(phone(i));
        }

        assertThat(SignalSessions.addresses(keys)).hasSize(100);
    }

    @Test
    void whatIsInMemoryIsNotLookedUp() {
        begin(phone(1));
        int before = records.loads;

        signalKeys.touch(List.of(phone(1), phone(1).withDevice(5)));

        assertThat(records.loads).isEqualTo(before);
    }

    /** Those of a release before the records. */
    @Test
    void sessionsAmongTheKeysAreStoredWithTheFirstSave() {
        keys.addSession(new SessionAddress("1", 0), new Session());
        keys.addSession(new SessionAddress("2", 7), new Session());
        SignalKeyStore migrating = new SignalKeyStore(keys, records);

        boolean empty = save(migrating);

        assertThat(empty).as("the keys that are stored have none").isTrue();
        assertThat(records.saves).containsExactly(Set.of(name(1), name(2)));
        assertThat(migrating.withoutSession(List.of(phone(1), phone(2).withDevice(7))))
                .isEmpty();
    }

    private boolean save(SignalKeyStore store) {
        List<Boolean> seen = new ArrayList<>();
        store.save(all -> SignalSessions.addresses(all).isEmpty(), (empty, changes) -> {
            records.save(changes);
            seen.add(empty);
        });
        return seen.getFirst();
    }

    @Test
    void aDamagedRecordBeginsAnew() {
        records.save(Map.of(name(1), new byte[] {9, 9, 9}));

        assertThat(signalKeys.withoutSession(List.of(phone(1)))).containsExactly(phone(1));
    }

    /** Cobalt's exception names the phone number, which must not reach a log. */
    @Test
    void aMissingSessionIsReportedWithoutTheNumber() {
        assertThatThrownBy(() -> signalKeys.encrypt(Jid.of("628123456789"), new byte[1]))
                .isInstanceOf(SignalKeyStore.UnusableSessionException.class)
                .hasNoCause()
                .hasMessageNotContaining("628123456789");
    }

    @Test
    void aUserIsForgottenWithAllDevices() {
        begin(phone(1));
        begin(phone(1).withDevice(2));
        begin(phone(3));
        signalKeys.save();

        signalKeys.forget(Address.ofNumber("1"));

        assertThat(signalKeys.withoutSession(List.of(phone(1), phone(1).withDevice(2), phone(3))))
                .containsExactlyInAnyOrder(phone(1), phone(1).withDevice(2));
        assertThat(records.load(List.of(name(1), name(3)))).containsOnlyKeys(name(3));
    }

    @Test
    void aDeviceIsForgottenAlone() {
        begin(phone(1));
        begin(phone(1).withDevice(2));
        signalKeys.save();

        signalKeys.forgetDevices(List.of(
                Address.ofNumber("1").withDevice(2), Address.ofNumber("7").withDevice(2)));

        SignalKeyStore next = new SignalKeyStore(newKeys(), records);
        assertThat(next.withoutSession(List.of(phone(1), phone(1).withDevice(2))))
                .containsExactly(phone(1).withDevice(2));
    }

    @Test
    void sessionsMoveToTheHiddenId() {
        Address number = Address.ofNumber("1");
        Address lid = Address.ofLid("99");
        begin(phone(1));
        begin(phone(1).withDevice(2));
        Session known = new Session();
        boolean _ = signalKeys.change(
                lid.withDevice(2), all -> all.addSession(lid.withDevice(2).toSignalAddress(), known));
        signalKeys.save();

        signalKeys.migrate(number, lid);

        assertThat(signalKeys.withoutSession(List.of(phone(1), phone(1).withDevice(2))))
                .hasSize(2);
        assertThat(signalKeys.withoutSession(
                        List.of(lid.toJid(), lid.withDevice(2).toJid())))
                .isEmpty();
        assertThat(signalKeys.<Object>read(
                        all -> all.findSessionByAddress(lid.withDevice(2).toSignalAddress())
                                .orElseThrow()))
                .isSameAs(known);
        assertThat(records.load(List.of(name(1)))).isEmpty();
    }

    @Test
    void nothingHappensOnceTheConnectionEnds() {
        begin(phone(1));

        signalKeys.freeze();

        assertThatThrownBy(() -> signalKeys.encrypt(phone(1), TEXT)).isInstanceOf(SignalKeyStore.FrozenException.class);
        assertThat(signalKeys.change(Address.ofNumber("1"), _ -> {})).isFalse();
    }

    private static Jid phone(int number) {
        return Address.ofNumber(Integer.toString(number)).toJid();
    }

    private static String name(int number) {
        return "signal:" + number;
    }

    private void begin(Jid device) {
        Keys other = newKeys();
        Address address = Address.of(device).orElseThrow();
        boolean _ = signalKeys.change(
                address,
                all -> new SessionBuilder(address.toSignalAddress(), all)
                        .createOutgoing(
                                other.registrationId(),
                                other.identityKeyPair().signalPublicKey(),
                                other.signedKeyPair(),
                                null));
    }

    private static final class CountingRecords implements SessionRecords {
        private final InMemoryRecords records = new InMemoryRecords();
        private final List<Set<String>> saves = new ArrayList<>();
        private int loads;
        private boolean away;

        @Override
        public Map<String, byte[]> load(Collection<String> names) {
            loads++;
            return records.load(names);
        }

        @Override
        public void save(Map<String, byte @Nullable []> changes) {
            if (away) {
                throw new IllegalStateException("away");
            }
            saves.add(Set.copyOf(changes.keySet()));
            records.save(changes);
        }
    }
}
