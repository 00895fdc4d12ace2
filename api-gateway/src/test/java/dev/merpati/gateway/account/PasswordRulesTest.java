package dev.merpati.gateway.account;

import static org.assertj.core.api.Assertions.assertThat;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class PasswordRulesTest {
    private static final Duration PATIENCE = Duration.ofSeconds(30);

    private final PasswordRules rules = new PasswordRules(new PasswordThreads(
            new AccountSettings(
                    false,
                    "",
                    "http://localhost",
                    "a",
                    false,
                    null,
                    List.of(),
                    new AccountSettings.Hashing(7168, 1, 1, 1),
                    new AccountSettings.Limits(1, 1, 1, 1, 1)),
            new SimpleMeterRegistry()));

    @ParameterizedTest
    @ValueSource(
            strings = {
                "password1234",
                "Password1234",
                "1qaz2wsx3edc",
                "qwertyuiop[]",
                "iloveyou1234",
                "aaaaaaaaaaaa",
                "p4ssw0rdp4ssw0rdp4ssw0rdp4ssw0rd",
                "01012026010120260101",
                "Rudi Hartono 77",
                "toko-hartono",
                "merpati12345",
                "\uD83D\uDD11\uD83D\uDD11\uD83D\uDD11\uD83D\uDD11\uD83D\uDD11\uD83D\uDD11"
                        + "\uD83D\uDD11\uD83D\uDD11\uD83D\uDD11\uD83D\uDD11\uD83D\uDD11\uD83D\uDD11"
            })
    void refusesWhatIsGuessedSoon(String password) {
        assertThat(objection(password)).contains("account.password.common");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "a long enough phrase",
                "saya suka nasi goreng",
                "caf\u00e9 caf\u00e9 caf\u00e9",
                "xk2$9Lm!qp0Z",
                "\uD83D\uDD11\uD83D\uDD11\uD83D\uDD11\uD83D\uDD11\uD83D\uDD11 a key!"
            })
    void takesWhatIsNot(String password) {
        assertThat(objection(password)).isEmpty();
    }

    /** Blanks in a row count as one, letters of other scripts as one each. */
    @ParameterizedTest
    @CsvSource({
        "'xk2$9Lm!qp0', account.password.short",
        "'xk2    9Lm!p', account.password.short",
        "'x\u00a0\u3000  k\t\t 2 9L p', account.password.short",
        "rudi.hartono@toko.example, account.password.email",
        "Rudi.Hartono, account.password.email"
    })
    void namesWhatIsWrongWithTheForm(String password, String objection) {
        assertThat(PasswordRules.formObjection(password, "rudi.hartono@toko.example"))
                .contains(objection);
    }

    @Test
    void countsCharactersAsPeopleDo() {
        assertThat(PasswordRules.formObjection("\uD83D\uDD11".repeat(128), "a@b.example"))
                .isEmpty();
        assertThat(PasswordRules.formObjection("\uD83D\uDD11".repeat(129), "a@b.example"))
                .contains("account.password.long");
        assertThat(PasswordRules.formObjection("\uD83D\uDD11".repeat(11), "a@b.example"))
                .contains("account.password.short");
    }

    /** The search for the best guess is cut short, and the password is judged by what was found until then. */
    @ParameterizedTest
    @ValueSource(strings = {"4@8({[</369&1!|70$5+%2zabcdegilostxz", "p4ssw0rd", "ab1", "2020 ", "a"})
    void endsForTheLongestPasswords(String part) {
        objection((part + "!").repeat(128).substring(0, 128));
        objection(part.repeat(128).substring(0, 128));
    }

    private Optional<String> objection(String password) {
        return Objects.requireNonNull(rules.objection(password, "rudi.hartono@toko.example", "Toko Hartono")
                .block(PATIENCE));
    }
}
