package dev.merpati.gateway.docs;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.List;

/**
 * Servers that receive webhooks, whole programs to be copied. They check the signature over the bytes that came, refuse old
 * deliveries, keep each event once, on disk, and only then answer, so that no event is lost that they have taken.
 */
public final class ReceiverSnippets {
    /** The same server in every language, under the names of its files. */
    public static final List<Snippets.Snippet> ALL = List.of(
            new Snippets.Snippet("javascript", "Node.js", load("receiver.mjs")),
            new Snippets.Snippet("python", "Python", load("receiver.py")),
            new Snippets.Snippet("php", "PHP", load("receiver.php")),
            new Snippets.Snippet("java", "Java", load("Receiver.java")),
            new Snippets.Snippet("go", "Go", load("receiver.go")));

    private ReceiverSnippets() {}

    private static String load(String file) {
        try (InputStream in = ReceiverSnippets.class.getResourceAsStream("/receivers/" + file)) {
            if (in == null) {
                throw new IllegalStateException("there is no resource receivers/" + file);
            }
            return new String(in.readAllBytes(), StandardCharsets.UTF_8).stripTrailing();
        } catch (IOException e) {
            throw new UncheckedIOException("the resource receivers/" + file + " cannot be read", e);
        }
    }
}
