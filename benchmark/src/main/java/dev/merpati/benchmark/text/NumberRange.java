package dev.merpati.benchmark.text;

/** Phone numbers that are registered with the simulator and belong to one part of the benchmark. */
public enum NumberRange {
    REST_RECIPIENTS(62851),
    CHECKED(62852),
    /** Phones that write to sessions. */
    WRITERS(62853),
    ADAPTER_SESSIONS(62860),
    ADAPTER_RECIPIENTS(62861),
    PUBLISHED_SESSIONS(62870),
    PUBLISHED_RECIPIENTS(62871);

    private static final int SIZE = 10_000_000;

    private final long prefix;

    NumberRange(long prefix) {
        this.prefix = prefix;
    }

    /** The range's number with this index; the simulator takes numbers that end in 0000 for unregistered ones. */
    public String number(int index) {
        if (index < 0 || index >= SIZE) {
            throw new IllegalArgumentException("index: found " + index + ", allowed 0 to " + (SIZE - 1));
        }
        return (prefix * SIZE + index) + "1";
    }
}
