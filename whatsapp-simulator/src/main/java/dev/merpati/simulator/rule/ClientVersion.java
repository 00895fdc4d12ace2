package dev.merpati.simulator.rule;

import java.util.Comparator;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** A version of WhatsApp Web, such as {@code 2.3000.1045649367}. */
public record ClientVersion(int primary, int secondary, int tertiary) implements Comparable<ClientVersion> {
    private static final Pattern TEXT = Pattern.compile("(\\d{1,9})\\.(\\d{1,9})\\.(\\d{1,10})");
    private static final Comparator<ClientVersion> ORDER = Comparator.comparingInt(ClientVersion::primary)
            .thenComparingInt(ClientVersion::secondary)
            .thenComparingInt(ClientVersion::tertiary);

    /** @throws IllegalArgumentException if the text is not three numbers with points between */
    public static ClientVersion parse(String text) {
        Matcher matcher = TEXT.matcher(text);
        if (!matcher.matches()) {
            throw new IllegalArgumentException(
                    "version: found " + text + ", allowed three numbers such as 2.3000.1045649367");
        }
        return new ClientVersion(
                Integer.parseInt(matcher.group(1)),
                Integer.parseInt(matcher.group(2)),
                Integer.parseInt(matcher.group(3)));
    }

    public boolean isOlderThan(ClientVersion other) {
        return compareTo(other) < 0;
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
