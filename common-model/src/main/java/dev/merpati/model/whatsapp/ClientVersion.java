package dev.merpati.model.whatsapp;

import java.util.Comparator;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** A version of WhatsApp Web, such as {@code 2.3000.1045649367}, which all sessions say that they are. */
public record ClientVersion(int primary, int secondary, int tertiary) implements Comparable<ClientVersion> {
    /** For error messages and settings. */
    public static final String FORM = "three numbers such as 2.3000.1045649367";

    private static final Pattern TEXT = Pattern.compile("(\\d{1,9})\\.(\\d{1,9})\\.(\\d{1,10})");
    private static final Comparator<ClientVersion> ORDER = Comparator.comparingInt(ClientVersion::primary)
            .thenComparingInt(ClientVersion::secondary)
            .thenComparingInt(ClientVersion::tertiary);

    /** Reads three numbers with points between them; empty when the text is something else. */
    public static Optional<ClientVersion> parse(@Nullable String text) {
        Matcher matcher = TEXT.matcher(text == null ? "" : text);
        if (!matcher.matches()) {
            return Optional.empty();
        }
        long last = Long.parseLong(matcher.group(3));
        return last > Integer.MAX_VALUE
                ? Optional.empty()
                : Optional.of(new ClientVersion(
                        Integer.parseInt(matcher.group(1)), Integer.parseInt(matcher.group(2)), (int) last));
    }

    public boolean isNewerThan(ClientVersion other) {
        return compareTo(other) > 0;
    }

    @Override
    public int compareTo(ClientVersion other) {
        return ORDER.compare(this, other);
    }

    @Override
    public String toString() {
        return primary + "." + secondary + "." + tertiary;
    }
}
