package dev.merpati.worker.cobalt.account;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import dev.merpati.worker.whatsapp.SessionRecords;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Which hidden id belongs to which phone number. Calls block when a mapping is not in memory; thread-safe. */
public final class LidMap {
    private static final String LID = "lid:";
    private static final String NUMBER = "number:";
    private static final int IN_MEMORY = 1_000;

    private final SessionRecords records;
    private final Cache<String, String> known =
            Caffeine.newBuilder().maximumSize(IN_MEMORY).build();

    public LidMap(SessionRecords records) {
        this.records = records;
    }

    public Optional<String> lidOf(String phoneNumber) {
        return find(LID + phoneNumber);
    }

    public Optional<String> numberOf(String lid) {
        return find(NUMBER + lid);
    }

    /** Stores that they are one user; forgets the id that the number had before. */
    public void put(String phoneNumber, String lid) {
        putAll(Map.of(phoneNumber, lid));
    }

    /** Stores which id belongs to which number, all together; what is known already costs nothing. */
    public void putAll(Map<String, String> lidByNumber) {
        Map<String, byte @Nullable []> changes = new HashMap<>();
        Map<String, String> news = new HashMap<>();
        lidByNumber.forEach((number, lid) -> {
            Optional<String> before = lidOf(number);
            if (before.filter(lid::equals).isEmpty()) {
                before.ifPresent(old -> changes.put(NUMBER + old, null));
                news.put(LID + number, lid);
                news.put(NUMBER + lid, number);
            }
        });
        if (news.isEmpty()) {
            return;
        }
        news.forEach((name, value) -> changes.put(name, value.getBytes(StandardCharsets.UTF_8)));
        records.save(changes);
        known.invalidateAll(changes.keySet());
        known.putAll(news);
    }

    private Optional<String> find(String name) {
        String inMemory = known.getIfPresent(name);
        if (inMemory != null) {
            return Optional.of(inMemory);
        }
        Optional<String> stored = Optional.ofNullable(
                        records.load(List.of(name)).get(name))
                .map(value -> new String(value, StandardCharsets.UTF_8));
        stored.ifPresent(value -> known.put(name, value));
        return stored;
    }
}
