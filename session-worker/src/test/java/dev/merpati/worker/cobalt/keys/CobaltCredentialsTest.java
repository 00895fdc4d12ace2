package dev.merpati.worker.cobalt.keys;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.merpati.worker.cobalt.address.Address;
import dev.merpati.worker.whatsapp.Credentials;
import dev.merpati.worker.whatsapp.UnreadableCredentialsException;
import java.util.UUID;
import org.junit.jupiter.api.Test;

class CobaltCredentialsTest {
    private static final UUID SESSION = UUID.randomUUID();

    /** Cobalt parses an address to one that equals the real one but hashes otherwise, and is not found in its maps. */
    @Test
    void theAddressOfADeviceComesBackAsItWas() {
        Address address = Address.ofNumber("628123456789").withDevice(7);

        Address back = CobaltCredentials.decode(SESSION, "Merpati", credentials(address))
                .address();

        assertThat(back).isEqualTo(address).hasSameHashCodeAs(address);
        assertThat(back).extracting(Address::device).isEqualTo(7);
    }

    @Test
    void theKeysComeBackAsTheyWere() {
        Device device = device(Address.ofNumber("628123456789").withDevice(7));

        Device back = CobaltCredentials.decode(SESSION, "Merpati", credentials(device));

        assertThat(back.keys().identityKeyPair().privateKey())
                .isEqualTo(device.keys().identityKeyPair().privateKey());
        assertThat(back.keys().registrationId()).isEqualTo(device.keys().registrationId());
    }

    @Test
    void somethingElseIsRefused() {
        Credentials good = credentials(Address.ofNumber("628123456789").withDevice(7));

        assertThatExceptionOfType(UnreadableCredentialsException.class)
                .isThrownBy(() -> CobaltCredentials.decode(
                        SESSION, "Merpati", new Credentials(new byte[] {1, 2, 3}, good.store(), good.sessions())));
        assertThatExceptionOfType(UnreadableCredentialsException.class)
                .isThrownBy(() ->
                        CobaltCredentials.decode(SESSION, "Merpati", credentials(Device.unlinked(SESSION, "Merpati"))));
    }

    private static Device device(Address address) {
        return new Device(
                SESSION, "Merpati", Device.unlinked(SESSION, "Merpati").keys(), address);
    }

    private static Credentials credentials(Address address) {
        return credentials(device(address));
    }

    private static Credentials credentials(Device device) {
        return CobaltCredentials.encode(device.keys(), device.newStore("2.3000.1"));
    }
}
