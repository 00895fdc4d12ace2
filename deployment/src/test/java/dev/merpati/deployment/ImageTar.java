package dev.merpati.deployment;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import java.util.zip.GZIPInputStream;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarArchiveInputStream;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** An image as {@code docker load} reads it. */
final class ImageTar {
    static final long YEAR_2000 =
            LocalDate.of(2000, 1, 1).atStartOfDay(ZoneOffset.UTC).toEpochSecond();

    private final JsonNode manifest;
    private final JsonNode configuration;
    private final Map<String, List<Entry>> byLayer = new LinkedHashMap<>();
    private final Map<String, Entry> files = new TreeMap<>();

    /**
     * A file or a folder.
     *
     * @param modified seconds since 1970
     * @param text what is in it, if it is small
     */
    record Entry(String name, int mode, long user, long modified, String text) {}

    private ImageTar(Map<String, byte[]> parts) throws IOException {
        JsonMapper json = JsonMapper.shared();
        manifest = json.readTree(Objects.requireNonNull(parts.get("manifest.json")))
                .get(0);
        configuration = json.readTree(
                Objects.requireNonNull(parts.get(manifest.required("Config").asString())));
        for (JsonNode layer : manifest.required("Layers")) {
            List<Entry> entries = new ArrayList<>();
            read(
                    new GZIPInputStream(new ByteArrayInputStream(Objects.requireNonNull(parts.get(layer.asString())))),
                    (entry, in) -> {
                        byte[] text = entry.getSize() < 10_000 ? in.readAllBytes() : new byte[0];
                        entries.add(new Entry(
                                entry.getName().replaceFirst("^/", ""),
                                entry.getMode(),
                                entry.getLongUserId(),
                                entry.getLastModifiedTime().toMillis() / 1000,
                                new String(text, StandardCharsets.UTF_8)));
                    });
            byLayer.put(layer.asString(), entries);
            entries.forEach(entry -> files.put(entry.name(), entry));
        }
    }

    private interface Reader {
        void read(TarArchiveEntry entry, InputStream in) throws IOException;
    }

    private static void read(InputStream tar, Reader reader) throws IOException {
        try (TarArchiveInputStream in = new TarArchiveInputStream(tar)) {
            for (TarArchiveEntry entry = in.getNextEntry(); entry != null; entry = in.getNextEntry()) {
                reader.read(entry, in);
            }
        }
    }

    static ImageTar read(Path file) {
        Map<String, byte[]> parts = new LinkedHashMap<>();
        try (InputStream in = Files.newInputStream(file)) {
            read(in, (entry, content) -> parts.put(entry.getName(), content.readAllBytes()));
            return new ImageTar(parts);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    String name() {
        return manifest.required("RepoTags").get(0).asString();
    }

    /** A part of the container's configuration: a text, or JSON. */
    String setting(String name) {
        JsonNode value = configuration.required("config").required(name);
        return value.isString() ? value.asString() : value.toString();
    }

    List<String> layers() {
        return List.copyOf(byLayer.keySet());
    }

    List<String> filesOf(int layer) {
        return Objects.requireNonNull(byLayer.get(layers().get(layer))).stream()
                .map(Entry::name)
                .toList();
    }

    Map<String, Entry> files() {
        return files;
    }

    String text(String file) {
        return Objects.requireNonNull(files.get(file)).text();
    }
}
