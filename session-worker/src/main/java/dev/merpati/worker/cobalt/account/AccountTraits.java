package dev.merpati.worker.cobalt.account;

import dev.merpati.worker.whatsapp.SessionRecords;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** What WhatsApp has told of the session's own account. Read from the records once; thread-safe. */
public final class AccountTraits {
    private static final String OWN_LID = "own-lid";
    private static final String MIGRATED = "migrated";
    private static final String PROPERTIES = "ab-props";
    private static final byte[] YES = {1};
    /** The experiment properties that decide something here (whatsapp-rust, zapo {@code spec/abprops}). */
    private static final Set<String> KEPT =
            Stream.of(AbProperty.values()).map(AbProperty::code).collect(Collectors.toUnmodifiableSet());

    private final SessionRecords records;
    private boolean loaded;
    private @Nullable String ownLid;
    private boolean migrated;
    private Map<String, String> properties = Map.of();

    public AccountTraits(SessionRecords records) {
        this.records = records;
    }

    /** The hidden id of this account; unknown until WhatsApp names it, at pairing or login. */
    public synchronized Optional<String> ownLid() {
        load();
        return Optional.ofNullable(ownLid);
    }

    /** Whether the account's chats are addressed by hidden ids. */
    public synchronized boolean isMigrated() {
        load();
        return migrated;
    }

    /** Whether WhatsApp has switched something on for this account; empty when it has said nothing of it. */
    public synchronized Optional<Boolean> isOn(AbProperty property) {
        load();
        return Optional.ofNullable(properties.get(property.code())).map(AccountTraits::isTrue);
    }

    /**
     * Stores those properties that matter here, by their codes. An account whose chats are migrated stays so, though the
     * property that says it may go again.
     */
    public synchronized void properties(Map<String, String> told) {
        load();
        Map<String, String> kept = new TreeMap<>(told);
        kept.keySet().retainAll(KEPT);
        if (!kept.equals(properties)) {
            String text = kept.entrySet().stream()
                    .map(property -> property.getKey() + "=" + property.getValue())
                    .collect(Collectors.joining("\n"));
            records.save(Map.of(PROPERTIES, text.getBytes(StandardCharsets.UTF_8)));
            properties = kept;
        }
        if (isOn(AbProperty.CHATS_MIGRATED).orElse(false)) {
            migrated(true);
        }
    }

    private static boolean isTrue(String value) {
        return "1".equals(value) || "true".equals(value);
    }

    public synchronized void ownLid(String lid) {
        load();
        if (!lid.equals(ownLid)) {
            records.save(Map.of(OWN_LID, lid.getBytes(StandardCharsets.UTF_8)));
            ownLid = lid;
        }
    }

    public synchronized void migrated(boolean now) {
        load();
        if (now != migrated) {
            records.save(Map.of(MIGRATED, now ? YES : new byte[] {0}));
            migrated = now;
        }
    }

    private static Map<String, String> parse(String text) {
        return text.lines()
                .map(line -> line.split("=", 2))
                .filter(parts -> parts.length == 2)
                .collect(Collectors.toMap(parts -> parts[0], parts -> parts[1], (_, last) -> last, TreeMap::new));
    }

    private void load() {
        if (loaded) {
            return;
        }
        Map<String, byte[]> stored = records.load(List.of(OWN_LID, MIGRATED, PROPERTIES));
        byte[] lid = stored.get(OWN_LID);
        ownLid = lid == null ? null : new String(lid, StandardCharsets.UTF_8);
        byte[] flag = stored.get(MIGRATED);
        migrated = flag != null && flag.length == 1 && flag[0] == 1;
        byte[] text = stored.get(PROPERTIES);
        properties = text == null ? Map.of() : parse(new String(text, StandardCharsets.UTF_8));
        loaded = true;
    }
}
