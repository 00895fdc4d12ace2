package dev.merpati.model.outcome;

import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class OutcomeCodecTest {

    @ParameterizedTest
    @ValueSource(
            strings = {
                "null",
                "6281234567890",
                "{\"type\":\"numbers-checked\",\"statuses\":{\"6281234567890\":[]}}",
                "{\"type\":\"numbers-checked\",\"statuses\":\"6281234567890\"}",
                "{\"type\":\"failed\",\"code\":{},\"detail\":\"6281234567890\"}"
            })
    void quotesNothingOfAnOutcomeThatItCannotRead(String json) {
        assertThatThrownBy(() -> OutcomeCodec.decode(json))
                .isInstanceOf(IllegalArgumentException.class)
                .hasNoCause()
                .message()
                .isNotBlank()
                .doesNotContain("628123");
    }
}
