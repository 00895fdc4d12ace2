package dev.merpati.benchmark.rest;

/**
 * How fast a worker opens connections.
 *
 * @param perSecond connections opened per second
 * @param atOnce connections that are logging in at once
 */
public record Pacing(int perSecond, int atOnce) {
    /** The worker's defaults. */
    public static final Pacing DEFAULT = new Pacing(25, 20);

    /** So fast that the machine is the limit. */
    public static final Pacing RAISED = new Pacing(10_000, 64);

    @Override
    public String toString() {
        return perSecond + "/s, " + atOnce + " at once";
    }
}
