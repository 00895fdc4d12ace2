package dev.merpati.gateway.account;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.InputStreamReader;
import java.io.Reader;
import java.nio.charset.StandardCharsets;
import java.util.Objects;
import java.util.Properties;
import org.junit.jupiter.api.Test;

class AccountTextsTest {

    @Test
    void bothLanguagesSayTheSame() throws IOException {
        Properties english = load("/i18n/account.properties");
        Properties indonesian = load("/i18n/account_id.properties");

        assertThat(indonesian.keySet()).isEqualTo(english.keySet());
        for (String key : english.stringPropertyNames()) {
            assertThat(indonesian.getProperty(key)).as(key).isNotBlank();
            assertThat(indonesian.getProperty(key).contains("{0}"))
                    .as(key)
                    .isEqualTo(english.getProperty(key).contains("{0}"));
        }
    }

    /** A lone apostrophe would hide the argument behind it. */
    @Test
    void textsWithArgumentsHaveNoApostrophes() throws IOException {
        for (String file : new String[] {"/i18n/account.properties", "/i18n/account_id.properties"}) {
            Properties texts = load(file);
            assertThat(texts.stringPropertyNames())
                    .filteredOn(key -> texts.getProperty(key).contains("{0}"))
                    .noneMatch(key -> texts.getProperty(key).contains("'"));
        }
    }

    private static Properties load(String file) throws IOException {
        Properties texts = new Properties();
        try (Reader in = new InputStreamReader(
                Objects.requireNonNull(AccountTextsTest.class.getResourceAsStream(file)), StandardCharsets.UTF_8)) {
            texts.load(in);
        }
        return texts;
    }
}
