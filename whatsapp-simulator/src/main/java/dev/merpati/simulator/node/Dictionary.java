package dev.merpati.simulator.node;

import it.auties.whatsapp.io.BinaryTokens;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** The words that travel as one or two bytes: dictionary version 3, the tables of Cobalt. */
final class Dictionary {
    /** Where a word stands: {@code page} is -1 for the words of one byte. */
    record Position(int page, int index) {}

    private static final int SINGLE_WORDS = 236;
    private static final int PAGE_WORDS = 256;
    private static final List<BinaryTokens> PAGES = List.of(
            BinaryTokens.DICTIONARY_0_TOKENS,
            BinaryTokens.DICTIONARY_1_TOKENS,
            BinaryTokens.DICTIONARY_2_TOKENS,
            BinaryTokens.DICTIONARY_3_TOKENS);
    private static final Map<String, Position> POSITIONS = positions();

    private Dictionary() {}

    static String single(int index) {
        return BinaryTokens.SINGLE_BYTE_TOKENS.get(index);
    }

    static String word(int page, int index) {
        return PAGES.get(page).get(index);
    }

    static Map<String, Position> byWord() {
        return POSITIONS;
    }

    private static Map<String, Position> positions() {
        Map<String, Position> positions = new HashMap<>();
        for (int index = 1; index < SINGLE_WORDS; index++) {
            positions.putIfAbsent(single(index), new Position(-1, index));
        }
        for (int page = 0; page < PAGES.size(); page++) {
            for (int index = 0; index < PAGE_WORDS; index++) {
                positions.putIfAbsent(word(page, index), new Position(page, index));
            }
        }
        return Map.copyOf(positions);
    }
}
