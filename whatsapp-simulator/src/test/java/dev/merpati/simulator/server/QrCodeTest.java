package dev.merpati.simulator.server;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Base64;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class QrCodeTest {
    private static final String KEY = Base64.getEncoder().encodeToString(new byte[32]);

    @Test
    void readsBothForms() {
        String bare = "2@ref," + KEY + "," + KEY + "," + KEY + ",1";
        assertThat(QrCode.parse(bare)).map(QrCode::ref).contains("2@ref");
        assertThat(QrCode.parse(" https://wa.me/settings/linked_devices#" + bare + "\n"))
                .map(QrCode::ref)
                .contains("2@ref");
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "https://example.com", "a,b,c,d,e", "ref,AAAA,AAAA,AAAA,1"})
    void readsNothingElse(String text) {
        assertThat(QrCode.parse(text)).isEmpty();
    }
}
