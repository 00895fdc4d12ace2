package dev.merpati.gateway.docs;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.StringWriter;
import java.net.URI;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Stream;
import javax.tools.JavaCompiler;
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

    @ParameterizedTest
    @MethodSource("operations")
    void writesJavaThatCompiles(Operation operation) {
        String code = snippet("java", operation.examples().values().iterator().next());

        JavaCompiler compiler = ToolProvider.getSystemJavaCompiler();
        StringWriter messages = new StringWriter();
        boolean compiled = compiler.getTask(
                        messages, null, null, List.of("-d", directory.toString()), null, List.of(source(code)))
                .call();

        assertThat(compiled).as("%s\n%s", code, messages).isTrue();
    }

    private static JavaFileObject source(String code) {
        return new SimpleJavaFileObject(URI.create("string:///Example.java"), JavaFileObject.Kind.SOURCE) {
            @Override
            public CharSequence getCharContent(boolean ignoreEncodingErrors) {
                return code;
            }
        };
    }

    @ParameterizedTest
    @MethodSource("operations")
    void writesTheSameRequestInEveryLanguage(Operation operation) {
        ExampleRequest example = operation.examples().values().iterator().next();
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
