package dev.merpati.gateway.account;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.time.Instant;
import org.junit.jupiter.api.Test;

class TotpTest {
    /** RFC 6238, appendix B; six digits are the last six of its eight. */
    private static final byte[] SECRET = "12345678901234567890".getBytes(StandardCharsets.US_ASCII);

    @Test
    void makesTheCodesOfTheStandard() {
        assertThat(Totp.codeOf(SECRET, Instant.ofEpochSecond(59))).isEqualTo("287082");
        assertThat(Totp.codeOf(SECRET, Instant.ofEpochSecond(1_111_111_109))).isEqualTo("081804");
        assertThat(Totp.codeOf(SECRET, Instant.ofEpochSecond(20_000_000_000L))).isEqualTo("353130");
    }

    @Test
    void takesACodeOneStepEarlyOrLateAndNoneBeyond() {
        Instant now = Instant.ofEpochSecond(1_000_000 * 30L + 10);

        for (int steps = -1; steps <= 1; steps++) {
            assertThat(Totp.stepOf(SECRET, Totp.codeOf(SECRET, now.plusSeconds(steps * 30L)), now))
                    .hasValue(1_000_000 + steps);
        }
        assertThat(Totp.stepOf(SECRET, Totp.codeOf(SECRET, now.plusSeconds(60)), now))
                .isEmpty();
        assertThat(Totp.stepOf(SECRET, Totp.codeOf(SECRET, now.minusSeconds(60)), now))
                .isEmpty();
        assertThat(Totp.stepOf(SECRET, "", now)).isEmpty();
    }

    /** RFC 4648, section 10. */
    @Test
    void writesSecretsAsAppsReadThem() {
        assertThat(Totp.base32("foobar".getBytes(StandardCharsets.US_ASCII))).isEqualTo("MZXW6YTBOI");
        assertThat(Totp.base32("foob".getBytes(StandardCharsets.US_ASCII))).isEqualTo("MZXW6YQ");
        assertThat(Totp.base32(new byte[0])).isEmpty();
        assertThat(Totp.uri(SECRET, "a+b@example.com"))
                .isEqualTo("otpauth://totp/Merpati%3Aa%2Bb%40example.com?secret=GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ"
                        + "&issuer=Merpati");
    }
}
