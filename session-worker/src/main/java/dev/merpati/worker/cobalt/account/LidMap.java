package dev.merpati.worker.cobalt.account;

import dev.merpati.worker.cobalt.address.Address;
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
    private static final int IN_MEMORY = 2_000;

    private final SessionRecords records;
    private final BoundedCache<String, Optional<String>> known = new BoundedCache<>(IN_MEMORY);

    public LidMap(SessionRecords records) {
        this.records = records;
    }

    public Optional<String> lidOf(String phoneNumber) {
        return find(LID + phoneNumber);
    }

    public Optional<String> numberOf(String lid) {
        return find(NUMBER + lid);
    }

    /** Returns the same user or device under its hidden id, when that is known: Signal sessions are kept under it. */
    public Address hidden(Address address) {
        return address.isLid()
                ? address
                : lidOf(address.user()).map(address::underLid).orElse(address);
    }

    /** Returns the same user or device under its phone number, when that is known. */
    public Address numbered(Address address) {
        return address.isLid()
                ? numberOf(address.user()).map(address::underNumber).orElse(address)
                : address;
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
        changes.forEach((name, value) -> known.put(name, text(value)));
    }

    /** That there is no mapping is kept in memory as well: all of them are learned through this object. */
    private Optional<String> find(String name) {
        return known.get(name, _ -> text(records.load(List.of(name)).get(name)));
    }

    private static Optional<String> text(byte @Nullable [] stored) {
        return Optional.ofNullable(stored).map(value -> new String(value, StandardCharsets.UTF_8));
    }
}
