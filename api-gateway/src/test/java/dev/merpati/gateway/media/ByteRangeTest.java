package dev.merpati.gateway.media;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.NullSource;
import org.junit.jupiter.params.provider.ValueSource;

class ByteRangeTest {
    @ParameterizedTest
    @CsvSource({
        "bytes=0-9, bytes 0-9/100",
        "bytes=0-0, bytes 0-0/100",
        "bytes=90-200, bytes 90-99/100",
        "bytes=99-, bytes 99-99/100",
        "bytes=0-, bytes 0-99/100",
        "bytes=-1, bytes 99-99/100",
        "bytes=-1000, bytes 0-99/100",
        "'bytes= 5-6 ', bytes 5-6/100",
    })
    void readsWhatIsMeant(String header, String contentRange) {
        ByteRange range = Objects.requireNonNull(ByteRange.parse(header, 100));

        assertThat(range.isSatisfiable()).isTrue();
        assertThat(range.of(100)).isEqualTo(contentRange);
    }

    @ParameterizedTest
    @ValueSource(strings = {"bytes=100-", "bytes=100-200", "bytes=999999999999999999-", "bytes=-0"})
    void knowsWhatCannotBeSatisfied(String header) {
        assertThat(Objects.requireNonNull(ByteRange.parse(header, 100)).isSatisfiable())
                .isFalse();
    }

    @ParameterizedTest
    @NullSource
    @ValueSource(
            strings = {
                "",
                "bytes=",
                "bytes=-",
                "bytes=5-4",
                "bytes=0-1,5-6",
                "bytes=a-b",
                "lines=0-1",
                "bytes=9999999999999999999-"
            })
    void takesEverythingElseForTheWholeFile(@Nullable String header) {
        assertThat(ByteRange.parse(header, 100)).isNull();
    }

    @ParameterizedTest
    @ValueSource(strings = {"bytes=0-", "bytes=-5", "bytes=0-0"})
    void nothingOfAnEmptyFileCanBeHad(String header) {
        assertThat(Objects.requireNonNull(ByteRange.parse(header, 0)).isSatisfiable())
                .isFalse();
    }
}
