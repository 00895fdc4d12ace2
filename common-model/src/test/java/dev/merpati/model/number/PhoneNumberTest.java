package dev.merpati.model.number;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;
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

    @ParameterizedTest
    @ValueSource(
            strings = {
                "\u200f+62 812\u200e 3456\u200b7890\u2069", // marks of direction outside and inside
                "\ufeff6281234567890", // byte order mark
                "62812\u00ad34567890", // soft hyphen
                "62\u2066812\u20693456\u202d7890\u202e",
                "\t62 812\n3456\u30007890\r",
                "62\u2010812\u20113456\u20147890\uff0d",
                "TEL:+62 812 3456 7890",
                "tel: 6281234567890",
                "tel:006281234567890",
                "6281234567890@C.US",
                "6281234567890\u200b@s.whatsapp.net ",
                "+6281234567890@s.whatsapp.net",
                "00 62 812 3456 7890",
                "0062(812)3456.7890",
                "\uff086281234567890\uff09" // full-width brackets
            })
    void takesOutWhatACopyBringsAlong(String spelling) {
        assertThat(PhoneNumber.parse(spelling).digits()).isEqualTo("6281234567890");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "00",
                "+00",
                "tel:",
                "@c.us",
                " ( ) - . ",
                "\u200b\u200f",
                "tel:+6281234567890;ext=5",
                "tel:+6281234567890;phone-context=+62",
                "6281234567890@c.us@c.us",
                "6281234567890@c.us@s.whatsapp.net",
                "6281234567890@g.us",
                "6281234567890@lid",
                "6281234567890:12@s.whatsapp.net",
                "@c.us6281234567890",
                "\uff16\uff12\uff18\uff11\uff12\uff13\uff14\uff15", // full-width digits
                "62812345678\ud83d\ude00",
                "6\ufe0f\u20e32812345678", // a keycap
                "6281234567890\u0000",
                "6281234567890,6289876543210",
                "-6281234567890+",
                "62812345678e2",
                "0x62812345678"
            })
    void showsWhatWasFoundWhenItIsNoNumber(String spelling) {
        assertThatThrownBy(() -> PhoneNumber.parse(spelling))
                .isInstanceOfSatisfying(
                        MalformedPhoneNumberException.class,
                        e -> assertThat(e.found()).isEqualTo(spelling));
    }

    @ParameterizedTest
    @ValueSource(strings = {"+006281234567890", "0006281234567890", "00 0812 3456 7890", "tel:081234567890", "0@c.us"})
    void neverTakesALeadingZeroForACountryCode(String spelling) {
        assertThatThrownBy(() -> PhoneNumber.parse(spelling))
                .isInstanceOfSatisfying(
                        MalformedPhoneNumberException.class,
                        e -> assertThat(e.allowed()).contains("country code instead of the leading 0"));
    }

    @Test
    void cutsWhatItShowsOfALongTextAndNotInTheMiddleOfACharacter() {
        String emoji = "\ud83d\ude00";

        assertThatThrownBy(() -> PhoneNumber.parse("x".repeat(59) + emoji.repeat(100_000)))
                .isInstanceOfSatisfying(
                        MalformedPhoneNumberException.class,
                        e -> assertThat(e.found()).isEqualTo("x".repeat(59) + "…"));
        assertThatThrownBy(() -> PhoneNumber.parse("6".repeat(1_000_000)))
                .isInstanceOfSatisfying(
                        MalformedPhoneNumberException.class,
                        e -> assertThat(e.found()).isEqualTo("6".repeat(60) + "…"));
    }

    @Test
    void takesADigitAfterManyOrnaments() {
        assertThat(PhoneNumber.parse(" - ".repeat(100_000) + "6281234567890").digits())
                .isEqualTo("6281234567890");
    }

    /** Whether the 0 belongs to the number differs by country, so that either guess would reach somebody else. */
    @ParameterizedTest
    @ValueSource(
            strings = {"+49 (0)171 1234567", "49(0)1711234567", "+39 [ 0 ] 612345678", "0049\u00a0(\u200b0) 171 1234567"
            })
    void asksForTheNumberAsItIsDialledFromAbroad(String spelling) {
        assertThatThrownBy(() -> PhoneNumber.parse(spelling))
                .isInstanceOfSatisfying(MalformedPhoneNumberException.class, e -> {
                    assertThat(e.found()).isEqualTo(spelling);
                    assertThat(e.allowed()).contains("without (0)");
                });
    }
}
