package dev.merpati.gateway.auth;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ApiKeyTest {
    private static final String PEPPER = "sixteen characters or more";

    @Test
    void readsBackWhatItMade() {
        ApiKeys.GeneratedKey made = ApiKeys.generate(PEPPER);

        ApiKey read = ApiKey.parse(made.key()).orElseThrow();

        assertThat(made.key()).matches("mk_live_[a-z0-9]{12}_[0-9A-Za-z]{49}");
        assertThat(read.keyId()).isEqualTo(made.keyId());
        assertThat(ApiKeys.hash(read.secret(), PEPPER)).isEqualTo(made.hash()).matches("[0-9a-f]{64}");
        assertThat(ApiKeys.hash(read.secret(), PEPPER + "!")).isNotEqualTo(made.hash());
    }

    @Test
    void makesNoKeyTwice() {
        Set<String> keyIds = new HashSet<>();
        for (int i = 0; i < 1_000; i++) {
            keyIds.add(ApiKeys.generate(PEPPER).keyId());
        }
        assertThat(keyIds).hasSize(1_000);
    }

    @Test
    void noticesASingleWrongCharacter() {
        String key = ApiKeys.generate(PEPPER).key();

        for (int at = "mk_live_".length(); at < key.length(); at++) {
            char other = key.charAt(at) == 'a' ? 'b' : 'a';
            String mistyped = key.substring(0, at) + other + key.substring(at + 1);
            assertThat(ApiKey.parse(mistyped)).as(mistyped).isEmpty();
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "mk_live_", "mk_test_abcdefghijkl_x", "mk_live_ABCDEFGHIJKL_x", " "})
    void refusesEveryOtherForm(String text) {
        assertThat(ApiKey.parse(text)).isEmpty();
    }

    @Test
    void keepsSecretsOutOfLogs() {
        ApiKeys.GeneratedKey made = ApiKeys.generate(PEPPER);

        assertThat(made.toString())
                .contains(made.keyId())
                .doesNotContain(made.key().substring(30));
        assertThat(new ApiKey(false, "abcdefghijkl", "the-secret").toString()).doesNotContain("the-secret");
    }

    @Test
    void makesAKeyForAnOperator() {
        ByteArrayOutputStream out = new ByteArrayOutputStream();

        int status = GenerateApiKey.run(
                new String[] {"acme"}, Map.of("MERPATI_API_KEY_PEPPER", PEPPER), print(out), print(out));

        assertThat(status).isZero();
        assertThat(out.toString(StandardCharsets.UTF_8))
                .containsPattern("mk_live_\\w+")
                .containsPattern("merpati\\.tenants\\.acme\\.keys\\.[a-z0-9]{12}=[0-9a-f]{64}");
    }

    @Test
    void tellsAnOperatorWhatIsMissing() {
        ByteArrayOutputStream err = new ByteArrayOutputStream();

        assertThat(GenerateApiKey.run(new String[] {"acme"}, Map.of(), print(err), print(err)))
                .isEqualTo(2);
        assertThat(GenerateApiKey.run(new String[0], Map.of(), print(err), print(err)))
                .isEqualTo(2);

        assertThat(err.toString(StandardCharsets.UTF_8))
                .contains("MERPATI_API_KEY_PEPPER has 0 characters, at least 16 are needed")
                .contains("usage: GenerateApiKey <tenantId>");
    }

    private static PrintStream print(ByteArrayOutputStream out) {
        return new PrintStream(out, true, StandardCharsets.UTF_8);
    }
}
