package dev.merpati.worker.cobalt;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class CobaltSettingsTest {

    @ParameterizedTest
    @ValueSource(strings = {"https://proxy:8080", "http://proxy", "proxy:8080", "http://user:secret@proxy:8080"})
    void aProxyIsAnHttpAddressWithoutCredentials(String proxy) {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new CobaltSettings(
                        World.VERSION,
                        URI.create(proxy),
                        null,
                        CobaltSettings.Timing.DEFAULT,
                        CobaltSettings.Uploads.DEFAULT))
                .withMessageContaining("proxy")
                .withMessageNotContaining("secret");
    }

    @Test
    void anUploadHasTheTimeThatASlowLineTakes() {
        assertThat(new CobaltSettings.Uploads(Duration.ofSeconds(3), 1_000).atMost(5_500))
                .isEqualTo(Duration.ofSeconds(8));
    }

    @Test
    void aCertificateFileThatIsNotThereStopsTheStart() {
        CobaltSettings settings = new CobaltSettings(
                World.VERSION,
                null,
                Path.of("no-such-file.pem"),
                CobaltSettings.Timing.DEFAULT,
                CobaltSettings.Uploads.DEFAULT);

        assertThatIllegalArgumentException()
                .isThrownBy(() -> new CobaltConnector(settings))
                .withMessageContaining("no-such-file.pem");
    }
}
