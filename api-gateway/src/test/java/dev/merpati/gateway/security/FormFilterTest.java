package dev.merpati.gateway.security;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.merpati.gateway.error.ApiException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.util.MultiValueMap;

class FormFilterTest {

    @Test
    void readsFieldsAsBrowsersWriteThem() {
        MultiValueMap<String, String> form = parse("a=1&b=x+y&c=%C3%A9%26&a=2&d&=e&&f=");

        assertThat(form.get("a")).isEqualTo(List.of("1", "2"));
        assertThat(form.getFirst("b")).isEqualTo("x y");
        assertThat(form.getFirst("c")).isEqualTo("\u00e9&");
        assertThat(form.getFirst("d")).isEmpty();
        assertThat(form.getFirst("")).isEqualTo("e");
        assertThat(form.getFirst("f")).isEmpty();
        assertThat(parse("")).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(strings = {"a=%", "a=%4", "a=%zz", "a=%ff", "a=%c3%28", "a=%ed%a0%80", "%=a"})
    void refusesWhatIsNotWellFormed(String form) {
        assertThatThrownBy(() -> parse(form))
                .isInstanceOf(ApiException.class)
                .hasMessageContaining("malformed_request");
    }

    @Test
    void refusesMoreFieldsThanAnyFormHas() {
        StringBuilder form = new StringBuilder();
        for (int i = 0; i < 201; i++) {
            form.append("f").append(i).append("=x&");
        }

        assertThatThrownBy(() -> parse(form.toString())).hasMessageContaining("200 fields");
    }

    private static MultiValueMap<String, String> parse(String form) {
        return FormFilter.parse(form.getBytes(StandardCharsets.US_ASCII));
    }
}
