package dev.merpati.deployment;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.StreamSupport;
import org.jspecify.annotations.Nullable;
import org.yaml.snakeyaml.LoaderOptions;
import org.yaml.snakeyaml.Yaml;
import org.yaml.snakeyaml.constructor.SafeConstructor;

/** Reads YAML. A key that occurs twice is an error. */
final class YamlFile {
    private YamlFile() {}

    /** The documents of a file. */
    static List<Object> documents(Path file) {
        try {
            return documents(Files.readString(file));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** The documents of a text, without empty ones. */
    static List<Object> documents(String text) {
        LoaderOptions options = new LoaderOptions();
        options.setAllowDuplicateKeys(false);
        options.setMaxAliasesForCollections(200);
        return StreamSupport.stream(
                        new Yaml(new SafeConstructor(options)).loadAll(text).spliterator(), false)
                .filter(document -> document != null)
                .toList();
    }

    /** A file's values by their names with dots, as Spring reads them. */
    static Map<String, String> flat(Path file) {
        Map<String, String> flat = new TreeMap<>();
        documents(file).forEach(document -> flatten("", document, flat));
        return flat;
    }

    private static void flatten(String name, @Nullable Object value, Map<String, String> flat) {
        if (value instanceof Map<?, ?> map) {
            map.forEach((key, inner) -> flatten(name.isEmpty() ? key.toString() : name + "." + key, inner, flat));
        } else if (value instanceof List<?> list) {
            flat.put(name, String.join(",", list.stream().map(String::valueOf).toList()));
        } else {
            flat.put(name, value == null ? "" : value.toString());
        }
    }
}
