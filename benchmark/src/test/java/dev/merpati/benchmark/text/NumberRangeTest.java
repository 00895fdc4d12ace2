package dev.merpati.benchmark.text;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class NumberRangeTest {
    @Test
    void allNumbersAreDifferentAndRegistered() {
        var numbers = Arrays.stream(NumberRange.values())
                .flatMap(range -> IntStream.of(0, 9, 999, 9_999, 9_999_999).mapToObj(range::number))
                .toList();

        assertThat(numbers).doesNotHaveDuplicates().allMatch(number -> number.matches("\\d{8,15}"));
        // Those are nobody's, for the simulator.
        assertThat(numbers).noneMatch(number -> number.endsWith("0000"));
    }
}
