package dev.merpati.worker.cobalt.stream;

import static org.assertj.core.api.Assertions.assertThat;

import dev.merpati.model.whatsapp.ClientVersion;
import dev.merpati.worker.whatsapp.ClientVersions;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import it.auties.whatsapp.model.node.Attributes;
import it.auties.whatsapp.model.node.Node;
import org.junit.jupiter.api.Test;

class ClientExpiryTest {
    private final SimpleMeterRegistry meters = new SimpleMeterRegistry();
    private static final ClientVersion VERSION = new ClientVersion(2, 3000, 5);

    private final ClientVersions versions = new ClientVersions(VERSION);
    private final ClientExpiry expiry = new ClientExpiry(versions);

    ClientExpiryTest() {
        expiry.bindTo(meters);
    }

    @Test
    void isUnknownUntilWhatsAppAnnouncesIt() {
        assertThat(gauge()).isNaN();
    }

    @Test
    void tellsWhenWhatsAppWillRefuseTheVersion() {
        expiry.announced(VERSION, Node.of("client_expiration", Attributes.of().put("t", "1796083200")));

        assertThat(gauge()).isEqualTo(1_796_083_200);
    }

    @Test
    void ignoresWhatItCannotRead() {
        expiry.announced(VERSION, Node.of("client_expiration", Attributes.of().put("t", "soon")));
        expiry.announced(VERSION, Node.of("client_expiration", Attributes.of()));

        assertThat(gauge()).isNaN();
    }

    @Test
    void forgetsTheNoticeWhenTheVersionHasRisen() {
        expiry.announced(VERSION, Node.of("client_expiration", Attributes.of().put("t", "1796083200")));

        versions.raise(new ClientVersion(2, 3000, 6));
        expiry.announced(VERSION, Node.of("client_expiration", Attributes.of().put("t", "1796083200")));

        assertThat(gauge()).isNaN();
    }

    private double gauge() {
        return meters.get("merpati.worker.client.expiry.timestamp").gauge().value();
    }
}
