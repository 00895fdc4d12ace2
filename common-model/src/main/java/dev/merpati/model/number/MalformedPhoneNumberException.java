package dev.merpati.model.number;

/** A text that is no phone number. Its message shows the text, so it belongs into answers to its sender, not into logs. */
public final class MalformedPhoneNumberException extends IllegalArgumentException {
    private static final int LONGEST_SHOWN = 60;

    private final String found;
    private final String allowed;

    MalformedPhoneNumberException(String found, String allowed) {
        super("found \"" + shortened(found) + "\", allowed is " + allowed);
        this.found = shortened(found);
        this.allowed = allowed;
    }

    /** The text as its sender wrote it, cut when it is long. */
    public String found() {
        return found;
    }

    /** What would have been right, in words. */
    public String allowed() {
        return allowed;
    }

    private static String shortened(String text) {
        if (text.length() <= LONGEST_SHOWN) {
            return text;
        }
        int end = Character.isHighSurrogate(text.charAt(LONGEST_SHOWN - 1)) ? LONGEST_SHOWN - 1 : LONGEST_SHOWN;
        return text.substring(0, end) + "…";
    }
}
