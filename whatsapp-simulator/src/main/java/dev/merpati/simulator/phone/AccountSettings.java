package dev.merpati.simulator.phone;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/** What an account keeps at the server: privacy, blocked addresses, its picture and its about text. Thread-safe. */
public final class AccountSettings {
    private static final Map<String, String> DEFAULT_PRIVACY = Map.of(
            "readreceipts", "all",
            "profile", "all",
            "status", "contacts",
            "online", "all",
            "last", "all",
            "groupadd", "all",
            "calladd", "all",
            "messages", "all");

    private final Map<String, String> privacy = new LinkedHashMap<>(DEFAULT_PRIVACY);
    private final Set<String> blocked = new TreeSet<>();
    private String about = "Hey there! I am using WhatsApp.";
    private int disappearingSeconds;
    private @Nullable Picture picture;

    /** A picture, and the id that changes with it. */
    @SuppressWarnings("ArrayRecordComponent") // never compared
    public record Picture(String id, byte[] bytes) {}

    /** The settings as they are stored. */
    public record Stored(
            Map<String, String> privacy,
            Set<String> blocked,
            String about,
            int disappearingSeconds,
            @Nullable Picture picture) {}

    public synchronized Map<String, String> privacy() {
        return new LinkedHashMap<>(privacy);
    }

    public synchronized void privacy(String category, String value) {
        privacy.put(category, value);
    }

    public synchronized Set<String> blocked() {
        return new TreeSet<>(blocked);
    }

    public synchronized void block(String address, boolean block) {
        if (block) {
            blocked.add(address);
        } else {
            blocked.remove(address);
        }
    }

    public synchronized String about() {
        return about;
    }

    public synchronized void about(String text) {
        about = text;
    }

    public synchronized int disappearingSeconds() {
        return disappearingSeconds;
    }

    public synchronized void disappearingSeconds(int seconds) {
        disappearingSeconds = seconds;
    }

    public synchronized @Nullable Picture picture() {
        return picture;
    }

    public synchronized void picture(@Nullable Picture newPicture) {
        picture = newPicture;
    }

    synchronized Stored stored() {
        return new Stored(privacy(), blocked(), about, disappearingSeconds, picture);
    }

    synchronized void restore(Stored stored) {
        privacy.putAll(stored.privacy());
        blocked.addAll(stored.blocked());
        about = stored.about();
        disappearingSeconds = stored.disappearingSeconds();
        picture = stored.picture();
    }
}
