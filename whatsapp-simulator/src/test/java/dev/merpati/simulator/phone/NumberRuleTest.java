package dev.merpati.simulator.phone;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.HashMap;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class NumberRuleTest {
    private final Map<String, Boolean> stored = new HashMap<>();
    private final NumberRule rule = new NumberRule(Map.of(), overrides -> {
        stored.clear();
        stored.putAll(overrides);
    });

    @Test
    void everythingIsRegisteredButTheExampleAndFourZeros() {
        assertThat(rule.isRegistered("6281234567890")).isTrue();
        assertThat(rule.isRegistered("6289876543211")).isTrue();
        assertThat(rule.isRegistered("6289876543210")).isFalse();
        assertThat(rule.isRegistered("6281234560000")).isFalse();
        assertThat(rule.isRegistered("6281234561000")).isTrue();
    }

    @Test
    void anOverrideWinsUntilItIsTakenBackAndIsStored() {
        rule.override("6289876543210", true);
        rule.override("6281234567890", false);
        assertThat(rule.isRegistered("6289876543210")).isTrue();
        assertThat(rule.isRegistered("6281234567890")).isFalse();
        assertThat(new NumberRule(stored, _ -> {}).isRegistered("6281234567890"))
                .isFalse();
        rule.reset("6281234567890");
        assertThat(rule.isRegistered("6281234567890")).isTrue();
        assertThat(stored).containsOnlyKeys("6289876543210");
    }

    @ParameterizedTest
    @ValueSource(strings = {"6281234567890", "0001", "9999999999"})
    void aHiddenIdLeadsBackToItsNumber(String number) {
        assertThat(HiddenId.of(number)).isNotEqualTo(number);
        assertThat(HiddenId.numberOf(HiddenId.of(number))).isEqualTo(number);
    }
}
