package dev.merpati.chaos.ledger;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** What reached the phones, in the order in which each phone received it. */
public final class Arrivals {
    private final Map<String, List<Arrival>> byKey = new HashMap<>();
    private final Map<String, Integer> countByPhone = new HashMap<>();

    /**
     * A message at a phone.
     *
     * @param phone the number that received it
     * @param position among all that the phone received
     * @param sender the number that the phone shows as its sender
     * @param content the text or the caption
     * @param fileSha256 of the file as the phone decrypted it; null for a text
     * @param copies how often a stanza with its id reached the phone, which shows it once
     */
    record Arrival(
            String phone,
            int position,
            String messageId,
            String sender,
            String content,
            @Nullable String fileSha256,
            int copies) {}

    /** Adds what a phone received after all that was added for it before. */
    public void add(
            String phone, String messageId, String sender, String content, @Nullable String fileSha256, int copies) {
        int position = countByPhone.merge(phone, 1, Integer::sum);
        byKey.computeIfAbsent(Draft.keyOf(content), _ -> new ArrayList<>())
                .add(new Arrival(phone, position, messageId, sender, content, fileSha256, copies));
    }

    /** Where the message with that key arrived, and under which ids. */
    List<Arrival> of(String key) {
        return byKey.getOrDefault(key, List.of());
    }

    Set<String> keys() {
        return Set.copyOf(byKey.keySet());
    }
}
