package dev.merpati.simulator.phone;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import dev.merpati.simulator.phone.NumberRule.NumberOverride;
import java.util.HashMap;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class NumberRuleTest {
    private final Map<String, NumberOverride> stored = new HashMap<>();
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
        assertThat(rule.isRegistered("62811")).isTrue();
        assertThat(rule.isRegistered("6")).isFalse();
        assertThat(rule.isRegistered("06281234561")).isFalse();
        assertThat(rule.isRegistered("6281234567890123")).isFalse();
    }

    @Test
    void anOverrideWinsUntilItIsTakenBackAndIsStored() {
        rule.override("6289876543210", new NumberOverride(true, null));
        rule.override("6281234567890", new NumberOverride(false, null));
        assertThat(rule.isRegistered("6289876543210")).isTrue();
        assertThat(rule.isRegistered("6281234567890")).isFalse();
        assertThat(new NumberRule(stored, _ -> {}).isRegistered("6281234567890"))
                .isFalse();
        rule.reset("6281234567890");
        assertThat(rule.isRegistered("6281234567890")).isTrue();
        assertThat(stored).containsOnlyKeys("6289876543210");
    }

    @ParameterizedTest
    @CsvSource({
        "5511987654321,551187654321", // Brazil: without the ninth digit
        "551187654321,551187654321",
        "551133334444,551133334444", // a landline
        "5505987654321,5505987654321", // no area code begins with 0
        "525512345678,5215512345678", // Mexico: with a 1
        "5215512345678,5215512345678",
        "541112345678,5491112345678", // Argentina: with a 9
        "5491112345678,5491112345678",
        "549111234567,549111234567", // too short
        "6281234567890,6281234567890",
        "12025550123,12025550123"
    })
    void threeCountriesAreDialledInAnotherForm(String dialled, String canonical) {
        assertThat(rule.canonical(dialled)).isEqualTo(canonical);
        assertThat(rule.isAlias(dialled)).isEqualTo(!dialled.equals(canonical));
        assertThat(rule.isRegistered(dialled)).isTrue();
    }

    @Test
    void anAliasIsRegisteredIfItsNumberIs() {
        rule.override("551187654321", new NumberOverride(false, null));
        assertThat(rule.isRegistered("5511987654321")).isFalse();
        assertThat(rule.isRegistered("5511987650000")).isFalse();
        rule.override("5511987654321", new NumberOverride(true, null));
        assertThat(rule.isRegistered("5511987654321")).isTrue();
    }

    @Test
    void anOverrideGivesANumberAnotherAliasThanTheRule() {
        rule.override("628111", new NumberOverride(null, "628222"));
        assertThat(rule.canonical("628222")).isEqualTo("628111");
        assertThat(rule.canonical("628111")).isEqualTo("628111");
        assertThat(new NumberRule(stored, _ -> {}).canonical("628222")).isEqualTo("628111");

        rule.override("551187654321", new NumberOverride(null, "628333"));
        assertThat(rule.canonical("628333")).isEqualTo("551187654321");
        assertThat(rule.canonical("5511987654321")).as("no alias any more").isEqualTo("5511987654321");

        rule.override("551187654321", new NumberOverride(null, "551187654321"));
        assertThat(rule.canonical("5511987654321")).as("no alias at all").isEqualTo("5511987654321");

        rule.reset("551187654321");
        assertThat(rule.canonical("5511987654321")).isEqualTo("551187654321");
    }

    @Test
    void theNinthDigitOfANumberThatKeptItIsNotTakenAway() {
        rule.override("5511987654321", new NumberOverride(null, "551187654321"));
        assertThat(rule.canonical("5511987654321")).isEqualTo("5511987654321");
        assertThat(rule.canonical("551187654321")).isEqualTo("5511987654321");
    }

    @Test
    void aRulesNumberThatIsItselfAnAliasLeadsOn() {
        rule.override("628111", new NumberOverride(null, "551187654321"));
        assertThat(rule.canonical("5511987654321")).isEqualTo("628111");
    }

    @Test
    void refusesAliasesThatWouldLeadToTwoNumbersOrFurther() {
        rule.override("628111", new NumberOverride(null, "628222"));
        assertThatIllegalArgumentException()
                .isThrownBy(() -> rule.override("628333", new NumberOverride(null, "628222")))
                .withMessageContaining("not the alias of 628111");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> rule.override("628333", new NumberOverride(null, "628111")))
                .withMessageContaining("no alias itself");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> rule.override("628222", new NumberOverride(null, "628444")))
                .withMessageContaining("628222 is the alias of 628111");
        rule.override("628111", new NumberOverride(null, "628222"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"6281234567890", "0001", "9999999999"})
    void aHiddenIdLeadsBackToItsNumber(String number) {
        assertThat(HiddenId.of(number)).isNotEqualTo(number);
        assertThat(HiddenId.numberOf(HiddenId.of(number))).isEqualTo(number);
    }
}
