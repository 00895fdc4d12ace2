package dev.merpati.gateway.number;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class PhoneNumberTest {
    @ParameterizedTest
    @CsvSource({
        "6281234567890, 6281234567890",
        "+6281234567890, 6281234567890",
        "' +62 (812) 3456-7890 ', 6281234567890",
        "(+62) [812] 3456\u20137890, 6281234567890",
        "62\u00a0812\u00a03456\u00a07890, 6281234567890",
        "12345678, 12345678",
        "123456789012345, 123456789012345"
    })
    void keepsTheDigits(String spelling, String digits) {
        assertThat(PhoneNumber.digitsOf(spelling)).contains(digits);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "+",
                "1234567",
                "1234567890123456",
                "62812x34567",
                "++6281234567",
                "628+1234567",
                "٦٢٨١٢٣٤٥٦٧٨"
            })
    void refusesEverythingElse(String spelling) {
        assertThat(PhoneNumber.digitsOf(spelling)).isEmpty();
    }
}
