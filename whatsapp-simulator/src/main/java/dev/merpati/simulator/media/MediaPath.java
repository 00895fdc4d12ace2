package dev.merpati.simulator.media;

import java.util.Base64;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * The path of an upload or download: {@code /mms/<type>/<hash>}, or {@code /v/t62.<n>-24/<hash>.enc} as the server names
 * files in its answers. The hash is the Base64url of the upload's SHA-256.
 *
 * @param type of an upload, such as {@code image}; empty for a file that the server named
 * @param sha256 of the upload, 32 bytes
 */
@SuppressWarnings("ArrayRecordComponent") // never compared
public record MediaPath(String type, byte[] sha256) {
    private static final String DIRECT = "/v/t62.";
    private static final String DIRECT_SUFFIX = "-24/";
    private static final String ENCRYPTED = ".enc";
    private static final int OTHER_FILES = 7118;

    /** The second number in the server's names of files, which differs by their kind. */
    private static final Map<String, Integer> NUMBERS =
            Map.of("image", OTHER_FILES, "video", 7161, "audio", 7117, "ptt", 7117, "document", 7119);

    /** What the current clients upload: Baileys, whatsmeow, whatsapp-rust and zapo taken together. */
    private static final Set<String> TYPES = Set.of(
            "image",
            "video",
            "audio",
            "document",
            "sticker",
            "gif",
            "ptt",
            "ptv",
            "ads-image",
            "ads-video",
            "group-history",
            "md-app-state",
            "md-msg-hist",
            "music-artwork",
            "newsletter-music-artwork",
            "sticker-pack",
            "thumbnail-document",
            "thumbnail-image",
            "thumbnail-link",
            "thumbnail-sticker-pack",
            "thumbnail-video",
            "waffle-image",
            "waffle-video");

    private static final String NEWSLETTER = "newsletter-";
    private static final Set<String> PROFILE_TYPES = Set.of("photo", "biz-cover-photo");

    /** Reads a path without its query; empty if it names no file by its hash. */
    public static Optional<MediaPath> parse(String path) {
        int slash = path.lastIndexOf('/');
        if (slash < 1) {
            return Optional.empty();
        }
        String name = path.substring(slash + 1);
        String bare = name.endsWith(ENCRYPTED) ? name.substring(0, name.length() - ENCRYPTED.length()) : name;
        try {
            byte[] hash = Base64.getUrlDecoder().decode(bare);
            return hash.length == 32
                    ? Optional.of(new MediaPath(type(path.substring(0, slash)), hash))
                    : Optional.empty();
        } catch (IllegalArgumentException _) {
            return Optional.empty();
        }
    }

    /** Whether clients may upload under it. */
    public boolean isUpload() {
        return !type.isEmpty();
    }

    /** The path, with its query, under which the server offers the file; clients append further parameters with {@code &}. */
    public String direct() {
        String hash = Base64.getUrlEncoder().withoutPadding().encodeToString(sha256);
        return DIRECT + NUMBERS.getOrDefault(type, OTHER_FILES) + DIRECT_SUFFIX + hash + ENCRYPTED
                + "?ccb=11-4&_nc_sid=5e03e0";
    }

    private static String type(String folder) {
        int slash = folder.lastIndexOf('/');
        String parent = folder.substring(0, Math.max(slash, 0));
        String type = folder.substring(slash + 1);
        boolean allowed = switch (parent) {
            case "/mms", "/wa-msgr/mms" -> TYPES.contains(type);
            case "/newsletter" -> type.startsWith(NEWSLETTER) && TYPES.contains(type.substring(NEWSLETTER.length()));
            case "/pps" -> PROFILE_TYPES.contains(type);
            case "/product" -> type.equals("image");
            default -> false;
        };
        return allowed ? type : "";
    }
}
