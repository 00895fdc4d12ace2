package dev.merpati.simulator.phone;

/**
 * The hidden id ("LID") of a number. WhatsApp's are random; these can be turned back into the number, so that no table
 * of them has to be kept: every digit moved by five, behind a digit that says the generation of the id.
 */
public final class HiddenId {
    private static final int GENERATIONS = 9;

    private HiddenId() {}

    /** The id that a number has first. */
    public static String of(String number) {
        return of(number, 0);
    }

    /**
     * The id of a number that has been given another one so many times.
     *
     * @param generation from 0; after nine the ids come again
     */
    public static String of(String number, int generation) {
        StringBuilder id = new StringBuilder().append(1 + generation % GENERATIONS);
        number.chars().forEach(digit -> id.append((digit - '0' + 5) % 10));
        return id.toString();
    }

    public static String numberOf(String hiddenId) {
        StringBuilder number = new StringBuilder();
        hiddenId.chars().skip(1).forEach(digit -> number.append((digit - '0' + 5) % 10));
        return number.toString();
    }
}
