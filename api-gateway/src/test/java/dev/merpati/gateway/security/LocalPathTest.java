package dev.merpati.gateway.security;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class LocalPathTest {

    @ParameterizedTest
    @ValueSource(strings = {"/", "/account", "/sessions/1?cursor=a%20b&limit=5", "/a//b"})
    void leadsToAPathOfThisHost(String path) {
        assertThat(LocalPath.orStart(path)).isEqualTo(path);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "//evil.example",
                "/\\evil.example",
                "\\\\evil.example",
                "https://evil.example",
                "javascript:alert(1)",
                "/\t/evil.example",
                "/a\r\nSet-Cookie: x=y",
                " /account",
                "/a b",
                "account",
                "/\u00e9"
            })
    void leadsNowhereElse(String path) {
        assertThat(LocalPath.orStart(path)).isEqualTo(LocalPath.START);
    }

    @Test
    void leadsToTheStartWithoutAPathAndWithOneThatIsTooLong() {
        assertThat(LocalPath.orStart(null)).isEqualTo(LocalPath.START);
        assertThat(LocalPath.orStart("/" + "a".repeat(500))).isEqualTo(LocalPath.START);
    }
}
