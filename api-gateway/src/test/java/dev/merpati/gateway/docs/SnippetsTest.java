package dev.merpati.gateway.docs;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.StringWriter;
import java.net.URI;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Stream;
import javax.tools.JavaFileObject;
import javax.tools.SimpleJavaFileObject;
import javax.tools.ToolProvider;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import tools.jackson.databind.json.JsonMapper;

/** Of the six languages curl is executed by {@link ExamplesIT}, and Java compiled here. */
class SnippetsTest {
    private static final ApiDescription DESCRIPTION = new ApiDescription(JsonMapper.shared());

    @TempDir
    Path directory;

    static Stream<Operation> operations() {
        return DESCRIPTION.operations().stream();
    }

    /** All at once: to start a compiler takes longer than to compile. */
    @Test
    void writesJavaThatCompiles() {
        List<JavaFileObject> sources = new ArrayList<>();
        operations()
                .map(operation -> snippet("java", example(operation)))
                .forEach(code -> sources.add(source("Example" + sources.size(), code)));
        StringWriter messages = new StringWriter();

        boolean compiled = ToolProvider.getSystemJavaCompiler()
                .getTask(messages, null, null, List.of("-d", directory.toString()), null, sources)
                .call();

        assertThat(compiled).as(messages::toString).isTrue();
        assertThat(sources).isNotEmpty();
    }

    private static JavaFileObject source(String name, String code) {
        URI file = URI.create("string:///" + name + ".java");
        return new SimpleJavaFileObject(file, JavaFileObject.Kind.SOURCE) {
            @Override
            public CharSequence getCharContent(boolean ignoreEncodingErrors) {
                return code;
            }
        };
    }

    private static ExampleRequest example(Operation operation) {
        return operation.examples().values().iterator().next();
    }

    @ParameterizedTest
    @MethodSource("operations")
    void writesTheSameRequestInEveryLanguage(Operation operation) {
        ExampleRequest example = example(operation);
        for (Snippets.Snippet snippet : Snippets.of(example, "https://api.example.com")) {
            assertThat(snippet.code().toUpperCase(Locale.ROOT))
                    .as(snippet.language())
                    .contains(
                            example.method(),
                            ("https://api.example.com" + example.path()).toUpperCase(Locale.ROOT),
                            "YOUR_API_KEY");
            if (example.body() != null) {
                assertThat(snippet.code()).contains(example.body().propertyNames());
            }
        }
    }

    @Test
    void quotesWhatTheLanguagesTreatSpecially() {
        ExampleRequest example = new ExampleRequest(
                "POST",
                "/api/x?a=b&c=d",
                Map.of("Idempotency-Key", "k"),
                JsonMapper.shared().readTree("{\"a\":\"it's \\\"so\\\" `x` \\\\ $y\",\"b\":[true,null]}"),
                false);

        assertThat(snippet("curl", example))
                .contains("\"https://api.example.com/api/x?a=b&c=d\"", "it'\\''s", "-H \"Idempotency-Key: k\"");
        assertThat(snippet("php", example))
                .contains("'it\\'s \"so\" `x` \\\\ $y'", "[true, null]", "'Idempotency-Key: k'");
        assertThat(snippet("python", example))
                .contains("\"it's \\\"so\\\" `x` \\\\ $y\"", "[True, None]", "\"Idempotency-Key\": \"k\"");
        assertThat(snippet("go", example)).doesNotContain("body := `");
        assertThat(snippet("java", example)).contains("\\\\\\\\ $y");
    }

    private static String snippet(String language, ExampleRequest example) {
        return Snippets.of(example, "https://api.example.com").stream()
                .filter(snippet -> snippet.language().equals(language))
                .findFirst()
                .orElseThrow()
                .code();
    }
}
