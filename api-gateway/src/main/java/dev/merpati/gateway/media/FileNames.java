package dev.merpati.gateway.media;

import java.util.regex.Pattern;

/** Makes the name that a client gave to a file fit to be shown on a recipient's phone. */
final class FileNames {
    private static final int MAX_LENGTH = 120;

    /**
     * Control characters, line separators, and the bidirectional ones that make {@code gpj.exe} look like {@code exe.jpg}. No
     * other invisible ones: Persian and Hindi need joiners, flags and families among the emoji joiners and tags.
     */
    private static final Pattern HARMFUL =
            Pattern.compile("[\\p{Cntrl}\\x{80}-\\x{9f}\\p{Zl}\\p{Zp}\\x{202a}-\\x{202e}\\x{2066}-\\x{2069}]");

    private static final Pattern FORBIDDEN_ON_SOME_PHONES = Pattern.compile("[<>:\"|?*]");

    private FileNames() {}

    /** The last part of a path, without what is harmful, short enough, its extension kept. */
    static String sanitise(String name) {
        String last = name.substring(Math.max(name.lastIndexOf('/'), name.lastIndexOf('\\')) + 1);
        String visible = FORBIDDEN_ON_SOME_PHONES
                .matcher(HARMFUL.matcher(last).replaceAll(""))
                .replaceAll("_")
                .strip();
        int dot = Math.max(visible.lastIndexOf('.'), 0);
        String stem = visible.substring(0, dot);
        String extension = visible.substring(dot);
        int room = Math.max(MAX_LENGTH - extension.codePointCount(0, extension.length()), 1);
        if (stem.codePointCount(0, stem.length()) > room) {
            stem = stem.substring(0, stem.offsetByCodePoints(0, room));
        }
        return (stem.isEmpty() ? "file" : stem) + extension;
    }
}
