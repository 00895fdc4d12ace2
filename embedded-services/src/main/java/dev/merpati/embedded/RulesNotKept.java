package dev.merpati.embedded;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.List;

/**
 * The rules of WhatsApp that the worker does not keep yet and that the simulator must not enforce against it. They are
 * listed in the worker's {@code rules-not-kept.txt}, which has to be on the class path.
 */
public final class RulesNotKept {
    private static final String FILE = "/rules-not-kept.txt";

    private RulesNotKept() {}

    /** The rules' names, in the order of the file. */
    public static List<String> names() {
        try (InputStream in = RulesNotKept.class.getResourceAsStream(FILE)) {
            if (in == null) {
                throw new IllegalStateException(FILE + " is not on the class path");
            }
            return read(new String(in.readAllBytes(), StandardCharsets.UTF_8));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** @throws IllegalArgumentException if a line is not {@code <number> <rule> <why>} */
    static List<String> read(String text) {
        return text.lines()
                .map(String::strip)
                .filter(line -> !line.isEmpty() && !line.startsWith("#"))
                .map(RulesNotKept::name)
                .toList();
    }

    private static String name(String line) {
        String[] words = line.split("\\s+", 3);
        if (words.length < 3 || !words[0].matches("\\d+")) {
            throw new IllegalArgumentException(
                    "rules-not-kept.txt: found \"" + line + "\", allowed \"<number> <rule> <why>\"");
        }
        return words[1];
    }
}
