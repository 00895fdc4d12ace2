package dev.merpati.simulator.server;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ByteRangeTest {
    @ParameterizedTest
    @CsvSource({
        "bytes=0-0, 0, 0",
        "bytes=5-9, 5, 9",
        "bytes=90-, 90, 99",
        "bytes=90-500, 90, 99",
        "bytes=-10, 90, 99",
        "bytes=-500, 0, 99"
    })
    void readsARange(String header, long first, long last) {
        assertThat(ByteRange.parse(header, 100)).hasValue(new ByteRange(first, last));
        assertThat(new ByteRange(first, last).isSatisfiable()).isTrue();
    }

    @ParameterizedTest
    @ValueSource(strings = {"bytes=100-", "bytes=100-200", "bytes=-0"})
    void noticesThatThereAreNoSuchBytes(String header) {
        assertThat(ByteRange.parse(header, 100))
                .hasValueSatisfying(range -> assertThat(range.isSatisfiable()).isFalse());
    }

    @ParameterizedTest
    @ValueSource(strings = {"bytes=-", "bytes=9-5", "bytes=0-1,5-6", "lines=1-2", "bytes=a-b", ""})
    void takesEverythingElseForTheWholeFile(String header) {
        assertThat(ByteRange.parse(header, 100)).isEmpty();
    }

    @Test
    void countsItsBytes() {
        assertThat(new ByteRange(5, 9).length()).isEqualTo(5);
    }
}
