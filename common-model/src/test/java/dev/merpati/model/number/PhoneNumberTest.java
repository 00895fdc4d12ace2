package dev.merpati.model.number;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

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
        "006281234567890, 6281234567890",
        "tel:+62-812-3456-7890, 6281234567890",
        "6281234567890@c.us, 6281234567890",
        "6281234567890@s.whatsapp.net, 6281234567890",
        "'\u202a+62 812\u22123456\u22127890\u202c', 6281234567890",
        "\uff0b62.812.3456.7890, 6281234567890",
        "12345678, 12345678",
        "123456789012345, 123456789012345"
    })
    void keepsTheDigits(String spelling, String digits) {
        assertThat(PhoneNumber.parse(spelling).digits()).isEqualTo(digits);
    }

    @ParameterizedTest
    @ValueSource(strings = {"081234567890", "0 812 3456 7890", "+081234567890", "00081234567890"})
    void asksForTheCountryCodeInsteadOfALeadingZero(String spelling) {
        assertThatThrownBy(() -> PhoneNumber.parse(spelling))
                .isInstanceOfSatisfying(MalformedPhoneNumberException.class, e -> {
                    assertThat(e.found()).isEqualTo(spelling);
                    assertThat(e.allowed()).contains("country code instead of the leading 0");
                });
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
        assertThatThrownBy(() -> PhoneNumber.parse(spelling))
                .isInstanceOfSatisfying(MalformedPhoneNumberException.class, e -> {
                    assertThat(e.found()).isEqualTo(spelling);
                    assertThat(e.allowed()).isEqualTo(PhoneNumber.ALLOWED);
                });
    }
}
