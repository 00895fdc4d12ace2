package dev.merpati.gateway.docs;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import tools.jackson.core.util.DefaultPrettyPrinter;
import tools.jackson.core.util.Separators;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.SerializationFeature;
import tools.jackson.databind.json.JsonMapper;

/** Writes a request as code, to be copied: all languages from the same example. */
public final class Snippets {
    static final JsonMapper PRETTY = JsonMapper.builder()
            .enable(SerializationFeature.INDENT_OUTPUT)
            .defaultPrettyPrinter(new DefaultPrettyPrinter(
                    Separators.createDefaultInstance().withObjectNameValueSpacing(Separators.Spacing.AFTER)))
            .build();

    private static final JsonMapper COMPACT = JsonMapper.shared();
    private static final int SHORT = 60;

    /** The key in snippets: the documentation does not know one. */
    public static final String KEY_PLACEHOLDER = "YOUR_API_KEY";

    private Snippets() {}

    /**
     * A request in one language.
     *
     * @param language short, for ids
     * @param name for people
     */
    public record Snippet(String language, String name, String code) {}

    /**
     * Writes a request in all languages, curl first.
     *
     * @param baseUrl without a slash at its end
     */
    public static List<Snippet> of(ExampleRequest request, String baseUrl) {
        return List.of(
                new Snippet("curl", "curl", curl(request, baseUrl)),
                new Snippet("javascript", "JavaScript", ScriptSnippets.javaScript(request, baseUrl)),
                new Snippet("python", "Python", ScriptSnippets.python(request, baseUrl)),
                new Snippet("php", "PHP", ScriptSnippets.php(request, baseUrl)),
                new Snippet("java", "Java", CompiledSnippets.java(request, baseUrl)),
                new Snippet("go", "Go", CompiledSnippets.go(request, baseUrl)));
    }

    private static String curl(ExampleRequest request, String baseUrl) {
        StringBuilder curl = new StringBuilder(request.stream() ? "curl -N -X " : "curl -X ")
                .append(request.method())
                .append(' ')
                .append(shell(baseUrl + request.path()));
        if (request.body() != null && !request.form()) {
            curl.append(" \\\n  -H \"Content-Type: application/json\"");
        }
        curl.append(" \\\n  -H \"X-API-Key: ").append(KEY_PLACEHOLDER).append('"');
        request.headers()
                .forEach((name, value) -> curl.append(" \\\n  -H \"")
                        .append(name)
                        .append(": ")
                        .append(value)
                        .append('"'));
        if (request.body() != null) {
            if (request.form()) {
                fields(request)
                        .forEach((name, value) -> curl.append(" \\\n  -F \"")
                                .append(name)
                                .append(name.equals("media") ? "=@" : "=")
                                .append(value)
                                .append('"'));
            } else {
                curl.append(" \\\n  -d '")
                        .append(pretty(request.body()).replace("'", "'\\''"))
                        .append('\'');
            }
        }
        return curl.toString();
    }

    /** Quotes a URL where the shell would not leave it alone. */
    private static String shell(String url) {
        return url.matches("[A-Za-z0-9:/._-]*") ? url : '"' + url + '"';
    }

    /** A form's fields, in the order to send them: the file last. */
    static Map<String, String> fields(ExampleRequest request) {
        JsonNode body = request.body();
        return body == null
                ? Map.of()
                : body.properties().stream()
                        .collect(Collectors.toMap(
                                Map.Entry::getKey,
                                field -> field.getValue().asString(),
                                (one, other) -> one,
                                LinkedHashMap::new));
    }

    /** Writes JSON for people: one of a single field on one line. */
    static String pretty(JsonNode json) {
        String compact = COMPACT.writeValueAsString(json);
        return json.size() == 1 && json.isObject() && compact.length() < SHORT
                ? compact.replaceFirst(":", ": ")
                : PRETTY.writeValueAsString(json);
    }

    /** Writes a string literal as JSON, JavaScript, Python, Java and Go read it. */
    static String quoted(String text) {
        return PRETTY.writeValueAsString(text);
    }

    /** Moves all lines but the first to the right. */
    static String indented(String text, int blanks) {
        return text.replace("\n", "\n" + " ".repeat(blanks));
    }
}
