package dev.merpati.model.event;

import java.util.regex.Pattern;

/**
 * The id of an event in its tenant's stream: {@code 1795820000123-000004}, the time at which it was published and a
 * number within that millisecond, of a fixed width, so that ids sort as text. No id is before that of an event which is before it in
 * the stream, whatever the clocks say. In Redis the same entry is {@code 1795820000123-4}.
 *
 * @param millis since 1970
 * @param sequence 0 to 999999
 */
public record EventId(long millis, int sequence) implements Comparable<EventId> {
    public static final int MAX_SEQUENCE = 999_999;

    private static final Pattern TEXT = Pattern.compile("(\\d{13})-(\\d{6})");

    /** @throws IllegalArgumentException when the text is no id */
    public static EventId parse(String text) {
        var found = TEXT.matcher(text);
        if (!found.matches()) {
            throw new IllegalArgumentException("an event id is 13 digits, a dash and 6 digits");
        }
        return new EventId(Long.parseLong(found.group(1)), Integer.parseInt(found.group(2)));
    }

    /** Reads the id of an entry of a Redis stream. */
    public static EventId ofEntry(String entryId) {
        int dash = entryId.indexOf('-');
        return new EventId(Long.parseLong(entryId.substring(0, dash)), Integer.parseInt(entryId.substring(dash + 1)));
    }

    /** Returns the id of the entry in the Redis stream. */
    public String entryId() {
        return millis + "-" + sequence;
    }

    @Override
    public String toString() {
        return "%013d-%06d".formatted(millis, sequence);
    }

    @Override
    public int compareTo(EventId other) {
        int byTime = Long.compare(millis, other.millis);
        return byTime != 0 ? byTime : Integer.compare(sequence, other.sequence);
    }
}
