package dev.merpati.model.webhook;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class WebhookHeadersTest {

    @Test
    void takesHeadersOfTheOwner() {
        assertThat(WebhookHeaders.problem(Map.of("Authorization", "Bearer a b", "X-Tenant", "7")))
                .isNull();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "Host",
                "content-length",
                "Transfer-Encoding",
                "Webhook-Id",
                "webhook-anything",
                "Proxy-Connection"
            })
    void refusesThoseOfTheDelivery(String name) {
        assertThat(WebhookHeaders.problem(Map.of(name, "x")))
                .isEqualTo("the header " + name + " is set by the delivery itself");
    }

    @ParameterizedTest
    @ValueSource(strings = {"", " a", "a ", "a\r\nHost: b", "\u00e9", "a\u0000b"})
    void refusesValuesThatCannotBeSent(String value) {
        assertThat(WebhookHeaders.problem(Map.of("X-A", value))).contains("X-A", "visible ASCII");
    }

    @Test
    void refusesNamesThatCannotBeSent() {
        assertThat(WebhookHeaders.problem(Map.of("a b", "x"))).contains("1 to 64");
    }

    @Test
    void refusesTooManyTooLongAndTheSameTwice() {
        assertThat(WebhookHeaders.problem(
                        IntStream.range(0, 21).boxed().collect(Collectors.toMap(i -> "a" + i, i -> "x"))))
                .isEqualTo("there are 21 headers; at most 20 are allowed");
        assertThat(WebhookHeaders.problem(Map.of("a", "x".repeat(1_024)))).contains("too long");
        assertThat(WebhookHeaders.problem(Map.of("a", "x", "A", "x"))).contains("twice");
    }
}
