package dev.merpati.gateway.security;

import static org.assertj.core.api.Assertions.assertThat;

import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class BrowserNameTest {
    private static final @Nullable String NOTHING = null;

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "Mozilla/5.0 (Windows NT 10.0; Win64; x64) Chrome/141.0.0.0 Safari/537.36|Chrome|Windows",
                "Mozilla/5.0 (Windows NT 10.0; Win64; x64) Chrome/141.0.0.0 Safari/537.36 Edg/141.0|Edge|Windows",
                "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0|Firefox|Linux",
                "Mozilla/5.0 (iPhone; CPU iPhone OS 18_5 like Mac OS X) Version/18.5 Safari/604.1|Safari|iPhone",
                "Mozilla/5.0 (iPhone; CPU iPhone OS 18_5 like Mac OS X) CriOS/141.0 Safari/604.1|Chrome|iPhone",
                "Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) Version/18.5 Safari/605.1.15|Safari|macOS",
                "Mozilla/5.0 (Linux; Android 14) SamsungBrowser/27.0 Chrome/125.0 Safari/537.36|Samsung Internet|Android",
                "Mozilla/5.0 (Linux; Android 10; K) Chrome/141.0.0.0 Safari/537.36 OPR/90.0|Opera|Android",
                "curl/8.5.0|''|''",
                "<script>alert(1)</script>|''|''"
            })
    void tellsBrowsersApart(String userAgent, String browser, String system) {
        BrowserName name = BrowserName.of(userAgent);

        assertThat(name).isEqualTo(new BrowserName(browser, system));
        assertThat(BrowserName.parse(name.text())).isEqualTo(name);
    }

    @Test
    void bearsThatNothingIsSaid() {
        assertThat(BrowserName.of(NOTHING)).isEqualTo(new BrowserName("", ""));
        assertThat(BrowserName.parse("")).isEqualTo(new BrowserName("", ""));
    }
}
