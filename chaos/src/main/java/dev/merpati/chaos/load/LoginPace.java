package dev.merpati.chaos.load;

/**
 * The pace at which workers may open connections in a run, and the limit that a herd breaks. The product's default pace
 * is made for thousands of sessions: a hundred of them, all at once, would stay below it and prove nothing.
 *
 * @param perWorker connections that one worker opens per second
 * @param workers that open connections at the same time
 */
public record LoginPace(int perWorker, int workers) {
    /** The product's default. */
    private static final int MOST = 25;
    /** All sessions at once have to take so long at the pace that was set. */
    private static final int SECONDS_FOR_ALL = 6;
    /** Half as much again: after a machine has stood still for a second, three seconds' logins arrive within two. */
    private static final double TOLERANCE = 1.5;

    /** A pace for so many sessions; a herd has more than twice the logins per second that it allows. */
    public static LoginPace of(int sessions, int workers) {
        return new LoginPace(Math.clamp(sessions / (workers * SECONDS_FOR_ALL), 1, MOST), workers);
    }

    /** The most logins per second, of all workers together, that are no herd. */
    public double limit() {
        return Math.ceil(perWorker * workers * TOLERANCE);
    }

    public boolean isHerd(double peakPerSecond) {
        return peakPerSecond > limit();
    }
}
