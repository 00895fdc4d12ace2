package dev.merpati.gateway.error;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** Every code that an answer can have is documented: with the API's calls, or with the pages and the operator API. */
class ErrorCodesTest {
    private static final Pattern IN_CODE = Pattern.compile("ApiError\\.of\\(\\s*[\\w.]+,\\s*\"([a-z_]+)\"");
    private static final Pattern IN_DESCRIPTION = Pattern.compile("^  ([a-z_]+):$", Pattern.MULTILINE);
    private static final Pattern ROW =
            Pattern.compile("^\\| (`[a-z_]+`(?:, `[a-z_]+`)*) \\| [45]\\d\\d \\|", Pattern.MULTILINE);
    private static final Pattern CODE = Pattern.compile("`([a-z_]+)`");

    @Test
    void areAllDocumentedAndNoOthers() throws IOException {
        Set<String> codes = new TreeSet<>();
        try (Stream<Path> files = Files.walk(Path.of("src/main/java"))) {
            for (Path file :
                    files.filter(each -> each.toString().endsWith(".java")).toList()) {
                codes.addAll(found(IN_CODE, Files.readString(file)));
            }
        }
        Set<String> ofTheApi =
                found(IN_DESCRIPTION, Files.readString(Path.of("src/main/resources/openapi/errors.yaml")));
        Set<String> ofPages = ROW.matcher(Files.readString(Path.of("../docs/security.md")))
                .results()
                .flatMap(row -> found(CODE, row.group(1)).stream())
                .collect(Collectors.toCollection(TreeSet::new));
        assertThat(codes).hasSizeGreaterThan(30);

        Set<String> documented = new TreeSet<>(ofTheApi);
        documented.addAll(ofPages);
        assertThat(documented).containsAll(codes);
        assertThat(codes).containsAll(ofPages);
    }

    private static Set<String> found(Pattern pattern, String text) {
        return pattern.matcher(text)
                .results()
                .map((MatchResult match) -> match.group(1))
                .collect(Collectors.toCollection(TreeSet::new));
    }
}
