package dev.merpati.media;

import static org.assertj.core.api.Assertions.assertThat;

import dev.merpati.media.PartCutter.Part;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class PartCutterTest {
    private final PartCutter cutter = new PartCutter(4);

    @ParameterizedTest
    @CsvSource({"abc, abc", "abcd, abcd", "abcde, abcd|e", "ab+cd+ef, abcd|ef", "abcdefghijkl, abcd|efgh|ijkl"})
    void cutsPartsOfEqualSizeAndARest(String chunks, String parts) {
        assertThat(String.join("|", texts(cut(chunks.split("\\+"))))).isEqualTo(parts);
    }

    @Test
    void givesAFullPartAwayOnlyWhenMoreFollows() {
        assertThat(cutter.append(utf8("abcd"))).isEmpty();

        assertThat(texts(cutter.append(utf8("e")))).containsExactly("abcd");
    }

    @Test
    void numbersThePartsAndMarksTheLast() {
        List<Part> parts = cut("abcdefghi");

        assertThat(parts).extracting(Part::number).containsExactly(1, 2, 3);
        assertThat(parts).extracting(Part::last).containsExactly(false, false, true);
        assertThat(parts).noneMatch(Part::isWholeContent);
    }

    @Test
    void makesOneEmptyPartOfNothing() {
        assertThat(cut()).singleElement().satisfies(part -> {
            assertThat(part.isWholeContent()).isTrue();
            assertThat(part.content().remaining()).isZero();
        });
    }

    @Test
    void keepsNothingOfAChunk() {
        byte[] chunk = {'a', 'b'};
        cutter.append(ByteBuffer.wrap(chunk));
        chunk[0] = 'x';

        assertThat(texts(List.of(cutter.last()))).containsExactly("ab");
    }

    @Test
    void sumsUpTheWholeContent() {
        cut("ab", "c");

        // The digest of "abc" that FIPS 180-2 gives as its first example.
        assertThat(cutter.summary("m"))
                .isEqualTo(new StoredMedia("m", 3, "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"));
    }

    private List<Part> cut(String... chunks) {
        List<Part> parts = new ArrayList<>();
        for (String chunk : chunks) {
            parts.addAll(cutter.append(utf8(chunk)));
        }
        parts.add(cutter.last());
        return parts;
    }

    private static List<String> texts(List<Part> parts) {
        return parts.stream()
                .map(part -> StandardCharsets.UTF_8.decode(part.content()).toString())
                .toList();
    }

    private static ByteBuffer utf8(String text) {
        return ByteBuffer.wrap(text.getBytes(StandardCharsets.UTF_8));
    }
}
