package dev.merpati.standalone;

import static org.assertj.core.api.Assertions.assertThat;

import dev.merpati.model.outcome.FailureCode;
import dev.merpati.model.session.Disconnection;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import picocli.CommandLine;

/** Compares the documentation with the repository: links, commands, options, ports and error codes. */
class DocumentationTest {
    private static final Path REPOSITORY = Path.of("..").toAbsolutePath().normalize();
    private static final Pattern FENCED = Pattern.compile("(?ms)^```.*?^```");
    private static final Pattern LINK = Pattern.compile("]\\(([^)\\s]+)\\)");
    private static final Pattern HEADING = Pattern.compile("(?m)^#+ +(.+)$");
    private static final Pattern COMMAND = Pattern.compile("\\./merpati ([a-z][a-z-]*)");
    private static final Pattern CASE = Pattern.compile("(?m)^([a-z][a-z-]*)\\)$");
    private static final Pattern LOCAL_URL = Pattern.compile("http://localhost:(\\d+)");
    /** An error is made with a status, the guide's name for it where it has one, and a code. */
    private static final Pattern ERROR_CODE = Pattern.compile(
            "(?:(?:HttpStatus\\.\\w+|status),\\s*(?:\"[A-Z][^\"]*\",\\s*)?|badRequest\\(\\s*)\"([a-z]+(?:_[a-z]+)*)\"");

    /** Packages whose errors are no answers of the API. */
    private static final Set<String> FOR_PAGES = Set.of("account", "console", "operator", "page", "security");

    @Test
    void linksLeadToFilesAndHeadings() {
        List<Path> documents = documents();
        assertThat(documents).hasSizeGreaterThan(15);
        assertThat(documents.stream().flatMap(DocumentationTest::brokenLinks)).isEmpty();
    }

    @Test
    void commandsExist() {
        Set<String> known = found(CASE, read(REPOSITORY.resolve("merpati")));
        assertThat(known).contains("start", "test");
        known.add("help");
        for (Path document : documents()) {
            assertThat(known).as("%s", document).containsAll(found(COMMAND, read(document)));
        }
    }

    @Test
    void theReadmeNamesTheDefaultPorts() {
        assertThat(found(LOCAL_URL, read(REPOSITORY.resolve("README.md"))))
                .containsExactlyInAnyOrder(defaultOf("--port"), defaultOf("--simulator-port"));
    }

    @Test
    void theReadmeNamesOptionsThatExist() {
        Set<String> options = found(Pattern.compile("`(--[a-z-]+)`"), read(REPOSITORY.resolve("README.md")));
        assertThat(options)
                .isNotEmpty()
                .allSatisfy(option -> assertThat(defaultOf(option)).isNotNull());
    }

    @Test
    void theApiDocumentListsEveryErrorCode() {
        Set<String> codes;
        try (Stream<Path> files = Files.walk(REPOSITORY.resolve("api-gateway/src/main/java"))) {
            codes = files.filter(file -> file.toString().endsWith(".java"))
                    .filter(file -> !FOR_PAGES.contains(
                            file.getName(file.getNameCount() - 2).toString()))
                    .flatMap(file -> found(ERROR_CODE, read(file)).stream())
                    .collect(Collectors.toSet());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        assertThat(codes).contains("session_not_found", "file_too_large", "invalid_field");
        Stream.concat(Arrays.stream(FailureCode.values()), Arrays.stream(Disconnection.values()))
                .map(code -> code.name().toLowerCase(Locale.ROOT))
                // These two are told as session_not_found and internal_error.
                .filter(code -> !code.equals("session_deleted") && !code.equals("internal"))
                .forEach(codes::add);
        assertThat(found(Pattern.compile("`([a-z]+(?:_[a-z]+)*)`"), read(REPOSITORY.resolve("docs/api.md"))))
                .containsAll(codes);
    }

    private static Stream<String> brokenLinks(Path document) {
        return found(LINK, withoutCode(read(document))).stream()
                .filter(link -> !link.contains("://") && !link.startsWith("mailto:"))
                .filter(link -> !resolves(document, URI.create(link)))
                .map(link -> REPOSITORY.relativize(document) + " -> " + link);
    }

    private static boolean resolves(Path document, URI link) {
        Path target = link.getPath().isEmpty()
                ? document
                : document.resolveSibling(link.getPath()).normalize();
        if (!target.startsWith(REPOSITORY) || !Files.exists(target)) {
            return false;
        }
        return link.getFragment() == null || anchors(target).contains(link.getFragment());
    }

    /** The anchors that GitHub gives to headings: lower case, dashes for blanks, no other punctuation. */
    private static Set<String> anchors(Path document) {
        return found(HEADING, withoutCode(read(document))).stream()
                .map(heading -> heading.toLowerCase(Locale.ROOT)
                        .replaceAll("[^\\p{L}\\p{N} _-]", "")
                        .replace(' ', '-'))
                .collect(Collectors.toSet());
    }

    private static String withoutCode(String markdown) {
        return FENCED.matcher(markdown).replaceAll("");
    }

    private static Set<String> found(Pattern pattern, String text) {
        return pattern.matcher(text)
                .results()
                .map((MatchResult match) -> match.group(1))
                .collect(Collectors.toSet());
    }

    private static String defaultOf(String option) {
        return new CommandLine(StandaloneMain.class)
                .getCommandSpec()
                .findOption(option)
                .defaultValue();
    }

    /** The documents of the repository and of its modules. */
    private static List<Path> documents() {
        return Stream.concat(Stream.of(REPOSITORY), list(REPOSITORY).filter(Files::isDirectory))
                .flatMap(DocumentationTest::list)
                .filter(file -> file.toString().endsWith(".md"))
                .toList();
    }

    private static Stream<Path> list(Path folder) {
        try (Stream<Path> files = Files.list(folder)) {
            return files.toList().stream();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static String read(Path file) {
        try {
            return Files.readString(file);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
