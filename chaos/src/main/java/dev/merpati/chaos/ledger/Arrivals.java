package dev.merpati.chaos.ledger;

import java.util.HashMap;
import java.util.Map;

/** What reached the phones: for each text the ids that it came under, and how many copies of each. */
public final class Arrivals {
    private final Map<String, Map<String, Integer>> copiesByText = new HashMap<>();

    /** @param copies how often a stanza with this id reached the phone, which shows it once */
    public void add(String text, String messageId, int copies) {
        copiesByText.computeIfAbsent(text, _ -> new HashMap<>()).merge(messageId, copies, Integer::sum);
    }

    /** The ids that the text came under, with their copies. */
    Map<String, Integer> of(String text) {
        return copiesByText.getOrDefault(text, Map.of());
    }
}
