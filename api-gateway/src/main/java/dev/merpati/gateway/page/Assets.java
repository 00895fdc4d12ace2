package dev.merpati.gateway.page;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Duration;
import java.util.HexFormat;
import java.util.Map;
import org.springframework.core.io.ClassPathResource;
import org.springframework.http.CacheControl;
import org.springframework.http.HttpStatus;
import org.springframework.http.MediaType;
import org.springframework.http.ResponseEntity;
import org.springframework.stereotype.Component;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.RestController;
import org.springframework.web.server.ResponseStatusException;
import org.webjars.WebJarVersionLocator;

/**
 * The scripts and styles of the pages, by name. Their URLs carry a hash of their content, so that browsers keep them for good
 * and never use an old one with a new page.
 */
@Component("assets")
public final class Assets {
    private static final int HASH_LENGTH = 12;
    private static final String STYLE = "text/css;charset=UTF-8";
    private static final String SCRIPT = "text/javascript;charset=UTF-8";

    private static final Map<String, Asset> ALL = Map.ofEntries(
            Map.entry("app.css", load("static/assets/app.css", STYLE)),
            Map.entry("app.js", load("static/assets/app.js", SCRIPT)),
            Map.entry("files.js", load("static/assets/files.js", SCRIPT)),
            Map.entry("icon.svg", load("static/assets/icon.svg", "image/svg+xml")),
            Map.entry("htmx.js", loadWebJar("htmx.org", "dist/htmx.min.js", SCRIPT)),
            Map.entry("htmx-sse.js", loadWebJar("htmx-ext-sse", "sse.js", SCRIPT)),
            Map.entry("swagger-ui.js", loadWebJar("swagger-ui", "swagger-ui-bundle.js", SCRIPT)),
            Map.entry("swagger-ui.css", loadWebJar("swagger-ui", "swagger-ui.css", STYLE)),
            Map.entry("zxcvbn.js", loadWebJar("zxcvbn", "zxcvbn.js", SCRIPT)),
            Map.entry("try.css", load("static/assets/try.css", STYLE)),
            Map.entry("try.js", load("static/assets/try.js", SCRIPT)));

    private static final class Asset {
        private final byte[] content;
        private final String hash;
        private final MediaType type;

        private Asset(byte[] content, String hash, MediaType type) {
            this.content = content;
            this.hash = hash;
            this.type = type;
        }
    }

    /** Returns the URL of an asset. */
    public String url(String name) {
        Asset asset = ALL.get(name);
        if (asset == null) {
            throw new IllegalArgumentException("there is no asset '" + name + "'");
        }
        return "/assets/" + asset.hash + "/" + name;
    }

    private static Asset loadWebJar(String webJar, String file, String type) {
        String path = new WebJarVersionLocator().fullPath(webJar, file);
        if (path == null) {
            throw new IllegalStateException("the WebJar " + webJar + " has no " + file);
        }
        return load(path, type);
    }

    private static Asset load(String resource, String type) {
        try (InputStream in = new ClassPathResource(resource, Assets.class.getClassLoader()).getInputStream()) {
            byte[] content = in.readAllBytes();
            byte[] digest = MessageDigest.getInstance("SHA-256").digest(content);
            return new Asset(
                    content,
                    HexFormat.of().formatHex(digest).substring(0, HASH_LENGTH),
                    MediaType.parseMediaType(type));
        } catch (IOException e) {
            throw new UncheckedIOException("the resource " + resource + " cannot be read", e);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java platform has SHA-256", e);
        }
    }

    /** Serves the assets; a wrong hash is that of another release, and is answered with what there is. */
    @RestController
    static final class AssetController {
        private static final CacheControl FOR_GOOD =
                CacheControl.maxAge(Duration.ofDays(365)).cachePublic().immutable();

        @GetMapping("/assets/{hash}/{name}")
        ResponseEntity<byte[]> get(@PathVariable String hash, @PathVariable String name) {
            Asset asset = ALL.get(name);
            if (asset == null) {
                throw new ResponseStatusException(HttpStatus.NOT_FOUND);
            }
            return ResponseEntity.ok()
                    .cacheControl(asset.hash.equals(hash) ? FOR_GOOD : CacheControl.noCache())
                    .contentType(asset.type)
                    .body(asset.content);
        }
    }
}
