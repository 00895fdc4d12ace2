package dev.merpati.gateway.json;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.merpati.gateway.error.ApiException;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import tools.jackson.databind.json.JsonMapper;

class RequestBinderTest {
    private static final JsonMapper MAPPER = JsonMapper.builder().build();

    record Request(
            @Nullable String text,
            @Nullable Boolean flag,
            @Nullable List<@Nullable String> plain,

            @Allowed("a phone number") @Nullable List<@Nullable String> numbers) {}

    @Test
    void bindsWhatHasTheRightTypes() {
        assertThat(bind("""
                {"text": "5", "flag": false, "plain": ["a", null], "numbers": []}""")).isEqualTo(new Request("5", false, Arrays.asList("a", null), List.of()));
    }

    @Test
    void takesNullForAbsentAndIgnoresWhatItDoesNotKnow() {
        assertThat(bind("""
                {"text": null, "flag": null, "TEXT": "x", "unknown": {"text": [1]}}""")).isEqualTo(new Request(null, null, null, null));
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            {"text": 5}              | text must be a string, but is a number
            {"text": 5.5}            | text must be a string, but is a number
            {"text": 1e3}            | text must be a string, but is a number
            {"text": true}           | text must be a string, but is a boolean
            {"text": {}}             | text must be a string, but is an object
            {"text": {"text": "a"}}  | text must be a string, but is an object
            {"text": []}             | text must be a string, but is an array
            {"text": ["a"]}          | text must be a string, but is an array
            {"flag": "true"}         | flag must be true or false, but is a string
            {"flag": ""}             | flag must be true or false, but is a string
            {"flag": 1}              | flag must be true or false, but is a number
            {"flag": 0}              | flag must be true or false, but is a number
            {"flag": 1.0}            | flag must be true or false, but is a number
            {"flag": {}}             | flag must be true or false, but is an object
            {"flag": [true]}         | flag must be true or false, but is an array
            {"plain": "a"}           | plain must be an array, but is a string
            {"plain": ""}            | plain must be an array, but is a string
            {"plain": {}}            | plain must be an array, but is an object
            {"plain": 1}             | plain must be an array, but is a number
            {"plain": true}          | plain must be an array, but is a boolean
            {"plain": ["a", 1]}      | plain[1] must be a string, but is a number
            {"plain": [["a"]]}       | plain[0] must be a string, but is an array
            {"numbers": ["a", {}]}   | numbers[1] must be a phone number, but is an object
            {"numbers": [true]}      | numbers[0] must be a phone number, but is a boolean
            []                       | body must be a JSON object, but is an array
            "text"                   | body must be a JSON object, but is a string
            ""                       | body must be a JSON object, but is a string
            1                        | body must be a JSON object, but is a number
            null                     | body must be a JSON object, but is null
            """, quoteCharacter = '`')
    void namesTheFieldWhatWasFoundAndWhatIsAllowed(String json, String message) {
        assertThatExceptionOfType(ApiException.class)
                .isThrownBy(() -> bind(json))
                .satisfies(refused -> {
                    assertThat(refused.error().code()).isEqualTo("invalid_field");
                    assertThat(refused.error().message()).isEqualTo(message);
                });
    }

    @Test
    void saysWhichElementItIs() {
        assertThatExceptionOfType(ApiException.class)
                .isThrownBy(() -> bind("""
                        {"numbers": ["a", "b", 7]}"""))
                .satisfies(refused -> assertThat(refused.error().details()).containsEntry("index", 2));
    }

    private static Request bind(String json) {
        return (Request) RequestBinder.bind(MAPPER.readTree(json), Request.class);
    }
}
