package dev.merpati.worker.cobalt;

import static org.assertj.core.api.Assertions.assertThat;

import it.auties.whatsapp.controller.Keys;
import it.auties.whatsapp.model.signal.session.Session;
import it.auties.whatsapp.model.signal.session.SessionAddress;
import java.util.UUID;
import org.junit.jupiter.api.Test;

class SignalSessionEvictionTest {
    private static final SessionAddress A = new SessionAddress("a", 0);
    private static final SessionAddress B = new SessionAddress("b", 0);
    private static final SessionAddress C = new SessionAddress("c", 0);

    private final Keys keys = Device.unlinked(UUID.randomUUID(), "Merpati").keys();

    @Test
    void theSessionThatWasNotUsedForTheLongestGoes() {
        var limit = new SignalSessionEviction(keys, 2);
        begin(limit, A);
        begin(limit, B);
        limit.used(A);

        begin(limit, C);

        assertThat(keys.hasSession(A)).isTrue();
        assertThat(keys.hasSession(B)).isFalse();
        assertThat(keys.hasSession(C)).isTrue();
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
