package dev.merpati.worker.cobalt.keys;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import it.auties.whatsapp.controller.Keys;
import it.auties.whatsapp.model.jid.Jid;
import it.auties.whatsapp.model.signal.session.Session;
import it.auties.whatsapp.model.signal.session.SessionAddress;
import java.util.List;
import java.util.UUID;
import org.junit.jupiter.api.Test;

class SignalSessionEvictionTest {
    private static final SessionAddress A = new SessionAddress("a", 0);
    private static final SessionAddress B = new SessionAddress("b", 0);
    private static final SessionAddress C = new SessionAddress("c", 0);

    private final Keys keys = Device.unlinked(UUID.randomUUID(), "Merpati").keys();

    @Test
    void theSessionThatWasNotUsedForTheLongestGoes() {
        SignalSessionEviction limit = new SignalSessionEviction(keys, 2);
        begin(limit, A);
        begin(limit, B);
        limit.used(A);

        begin(limit, C);

        assertThat(keys.hasSession(A)).isTrue();
        assertThat(keys.hasSession(B)).isFalse();
        assertThat(keys.hasSession(C)).isTrue();
    }

    /** Cobalt's exception names the phone number, which must not reach a log. */
    @Test
    void aMissingSessionIsReportedWithoutTheNumber() {
        SignalKeyStore signalKeys = new SignalKeyStore(keys, () -> {});

        assertThatThrownBy(() -> signalKeys.encrypt(Jid.of("628123456789"), new byte[1]))
                .isInstanceOf(SignalKeyStore.UnusableSessionException.class)
                .hasNoCause()
                .hasMessageNotContaining("628123456789");
    }

    /** The old session with a message's phone must outlast the new ones with its companions. */
    @Test
    void theDevicesOfAMessageAreNotEvictedByOneAnother() {
        SignalKeyStore signalKeys = new SignalKeyStore(keys, () -> {});
        Jid phone = Jid.of("628123456789");
        keys.addSession(phone.toSignalAddress(), new Session());
        signalKeys.touch(List.of(phone));
        for (int i = 0; i < 499; i++) {
            begin(signalKeys, phone.withDevice(i + 1));
        }
        Jid companion = phone.withDevice(500);

        signalKeys.touch(List.of(phone, companion));
        begin(signalKeys, companion);

        assertThat(signalKeys.hasSession(phone)).isTrue();
        assertThat(signalKeys.hasSession(companion)).isTrue();
    }

    private void begin(SignalKeyStore signalKeys, Jid device) {
        signalKeys.change(device, () -> keys.addSession(device.toSignalAddress(), new Session()));
    }

    @Test
    void sessionsOfEarlierConnectionsCount() {
        keys.addSession(A, new Session());
        keys.addSession(B, new Session());

        begin(new SignalSessionEviction(keys, 2), C);

        assertThat(keys.hasSession(A) && keys.hasSession(B)).isFalse();
        assertThat(keys.hasSession(C)).isTrue();
    }

    private void begin(SignalSessionEviction limit, SessionAddress address) {
        keys.addSession(address, new Session());
        limit.used(address);
    }
}
