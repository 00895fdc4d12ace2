package dev.merpati.simulator.media;

import dev.merpati.simulator.crypto.Bytes;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.Base64;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/**
 * The uploads, as they came, in a directory; when they are too many bytes the oldest go. Thread-safe.
 *
 * <p>An upload is known by its {@link MediaPath} and stored under the hash in it.
 */
public final class MediaStorage {
    private final Path directory;
    private final long maxBytes;
    private final Map<String, Long> sizes = new LinkedHashMap<>();
    /** The files that the server has forgotten, and what names the upload by which it has each again; empty for none. */
    private final Map<String, String> forgotten = new HashMap<>();

    private long total;

    /** Takes over what a past run left in the directory. */
    public MediaStorage(Path directory, long maxBytes) throws IOException {
        this.directory = Files.createDirectories(directory);
        this.maxBytes = maxBytes;
        try (var files = Files.list(directory)) {
            for (Path file : files.toList()) {
                String name = file.getFileName().toString();
                if (name.endsWith(".part")) {
                    Files.delete(file);
                } else {
                    sizes.put(name, Files.size(file));
                    total += Files.size(file);
                }
            }
        }
    }

    /** A file to write an upload to before its hash is known to be right. */
    public Path newPart() throws IOException {
        return Files.createTempFile(directory, "upload-", ".part");
    }

    /** Makes a completely written part available under its hash. */
    public synchronized void keep(Path part, byte[] sha256) throws IOException {
        String name = name(sha256);
        long size = Files.size(part);
        Files.move(part, directory.resolve(name), StandardCopyOption.REPLACE_EXISTING);
        forgotten.remove(name);
        Long replaced = sizes.remove(name);
        total += size - (replaced == null ? 0 : replaced);
        sizes.put(name, size);
        while (total > maxBytes && sizes.size() > 1) {
            Map.Entry<String, Long> oldest = sizes.entrySet().iterator().next();
            sizes.remove(oldest.getKey());
            total -= oldest.getValue();
            Files.deleteIfExists(directory.resolve(oldest.getKey()));
        }
    }

    /** The upload that a path names; the path may be a whole URL path with a query. */
    public Optional<Path> find(String path) {
        String withoutQuery = path.contains("?") ? path.substring(0, path.indexOf('?')) : path;
        return MediaPath.parse(withoutQuery).flatMap(this::find);
    }

    /** The upload that a path names. */
    public Optional<Path> find(MediaPath path) {
        return Optional.of(directory.resolve(name(path.sha256()))).filter(Files::isRegularFile);
    }

    /** Has the server forget all uploads, as WhatsApp does after some weeks. Phones have their files still. */
    public synchronized void forget() {
        sizes.keySet().forEach(name -> forgotten.put(name, ""));
    }

    /** Whether the server offers an upload under a path that has this {@code oh}. */
    public synchronized boolean isOffered(MediaPath path, Optional<String> oh) {
        String again = forgotten.get(name(path.sha256()));
        return again == null || (!again.isEmpty() && again.equals(oh.orElse("")));
    }

    /** Uploads a file again that a phone has; returns the path under which the server offers it from now on. */
    public synchronized Optional<String> uploadAgain(String path) {
        if (find(path).isEmpty()) {
            return Optional.empty();
        }
        String withoutQuery = path.contains("?") ? path.substring(0, path.indexOf('?')) : path;
        String oh = HexFormat.of().formatHex(Bytes.random(8));
        MediaPath.parse(withoutQuery).ifPresent(known -> forgotten.replace(name(known.sha256()), oh));
        return Optional.of(path.replaceFirst("&oh=[0-9a-f]*", "") + "&oh=" + oh);
    }

    /** Removes an upload, if it is there. */
    public synchronized void remove(MediaPath path) throws IOException {
        String name = name(path.sha256());
        Long size = sizes.remove(name);
        if (size != null) {
            total -= size;
            Files.deleteIfExists(directory.resolve(name));
        }
    }

    public synchronized void clear() throws IOException {
        for (String name : sizes.keySet()) {
            Files.deleteIfExists(directory.resolve(name));
        }
        sizes.clear();
        forgotten.clear();
        total = 0;
    }

    private static String name(byte[] sha256) {
        return Base64.getUrlEncoder().withoutPadding().encodeToString(sha256);
    }
}
