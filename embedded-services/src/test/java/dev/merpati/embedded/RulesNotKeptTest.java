package dev.merpati.embedded;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import org.junit.jupiter.api.Test;

class RulesNotKeptTest {
    @Test
    void readsTheNamesAndSkipsComments() {
        assertThat(RulesNotKept.read(
                        "# a comment\n\n3 qr-address QrPairing: the old form\n  8 lid-addressing why not\n"))
                .containsExactly("qr-address", "lid-addressing");
    }

    @Test
    void saysWhichLineIsWrong() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> RulesNotKept.read("qr-address"))
                .withMessageContaining("found \"qr-address\"");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> RulesNotKept.read("3 qr-address"))
                .withMessageContaining("<number> <rule> <why>");
    }
}
