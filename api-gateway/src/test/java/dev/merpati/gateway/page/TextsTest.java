package dev.merpati.gateway.page;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.Reader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.text.MessageFormat;
import java.util.ArrayList;
import java.util.List;
import java.util.Properties;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The texts of the pages: the same in every language, and all that the templates name. */
class TextsTest {
    private static final Path RESOURCES = Path.of("src/main/resources");
    private static final List<String> BUNDLES = List.of("common", "account", "console", "docs");
    private static final Pattern NAMED = Pattern.compile("#\\{([a-zA-Z][a-zA-Z0-9._-]*)[}(]");
    private static final Pattern PLACE = Pattern.compile("\\{[0-9]\\}");

    @ParameterizedTest
    @ValueSource(strings = {"common", "account", "console", "docs"})
    void saysTheSameInBothLanguages(String bundle) throws IOException {
        Properties english = read(bundle + ".properties");
        Properties indonesian = read(bundle + "_id.properties");

        assertThat(english).isNotEmpty();
        assertThat(new TreeSet<>(indonesian.keySet())).isEqualTo(new TreeSet<>(english.keySet()));
        for (String key : english.stringPropertyNames()) {
            assertThat(indonesian.getProperty(key)).as(key).isNotBlank();
            assertThat(placesIn(indonesian.getProperty(key))).as(key).isEqualTo(placesIn(english.getProperty(key)));
            if (!placesIn(english.getProperty(key)).isEmpty()) {
                assertThat(new MessageFormat(indonesian.getProperty(key)).getFormats())
                        .as(key)
                        .isNotEmpty();
            }
        }
    }

    @Test
    void hasEveryTextThatATemplateNames() throws IOException {
        Set<String> known = new TreeSet<>();
        for (String bundle : BUNDLES) {
            known.addAll(read(bundle + ".properties").stringPropertyNames());
        }
        List<String> missing = new ArrayList<>();
        int found = 0;
        try (Stream<Path> templates = Files.walk(RESOURCES.resolve("templates"))) {
            for (Path template : templates.filter(Files::isRegularFile).toList()) {
                Matcher name = NAMED.matcher(Files.readString(template));
                while (name.find()) {
                    found++;
                    if (!known.contains(name.group(1))) {
                        missing.add(template.getFileName() + ": " + name.group(1));
                    }
                }
            }
        }
        assertThat(found).isGreaterThan(100);
        assertThat(missing).isEmpty();
    }

    /** Nothing in a template runs or styles by itself: the Content-Security-Policy would not let it. */
    @Test
    void hasNoScriptsAndStylesInItsTemplates() throws IOException {
        Pattern inline = Pattern.compile(
                "<script(?![^>]*\\bsrc=)|<style|\\sstyle=|\\son[a-z]+=|hx-on|javascript:", Pattern.CASE_INSENSITIVE);
        try (Stream<Path> templates = Files.walk(RESOURCES.resolve("templates"))) {
            for (Path template : templates.filter(Files::isRegularFile).toList()) {
                assertThat(inline.matcher(Files.readString(template)).results().map(match -> match.group()))
                        .as("%s", template)
                        .isEmpty();
            }
        }
    }

    private static Set<String> placesIn(String text) {
        Set<String> places = new TreeSet<>();
        Matcher place = PLACE.matcher(text);
        while (place.find()) {
            places.add(place.group());
        }
        return places;
    }

    private static Properties read(String name) throws IOException {
        Properties properties = new Properties();
        try (Reader reader = Files.newBufferedReader(RESOURCES.resolve("i18n").resolve(name), StandardCharsets.UTF_8)) {
            properties.load(reader);
        }
        return properties;
    }
}
