package dev.merpati.worker.cobalt.stream;

import static org.assertj.core.api.Assertions.assertThat;

import dev.merpati.worker.cobalt.keys.Device;
import it.auties.whatsapp.controller.Keys;
import it.auties.whatsapp.model.signal.keypair.SignalPreKeyPair;
import java.util.UUID;
import org.junit.jupiter.api.Test;

class PreKeysTest {

    @Test
    void aNewBatchGoesOnCountingAndOldOnesAreDropped() {
        Keys keys = Device.unlinked(UUID.randomUUID(), "Merpati").keys();
        for (int i = 0; i < 11; i++) {
            Login.generatePreKeys(keys);
        }

        assertThat(keys.preKeys())
                .extracting(SignalPreKeyPair::id)
                .hasSize(300)
                .isSorted()
                .doesNotHaveDuplicates();
        assertThat(keys.lastPreKeyId()).isEqualTo(330);
    }
}
