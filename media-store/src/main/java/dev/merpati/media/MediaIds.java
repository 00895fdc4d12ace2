package dev.merpati.media;

import java.util.regex.Pattern;

/** Rejects whatever is not a media id, such as a path. */
final class MediaIds {
    private static final Pattern VALID = Pattern.compile("[A-Za-z0-9_-]{1,64}");

    private MediaIds() {}

    static boolean isValid(String mediaId) {
        return VALID.matcher(mediaId).matches();
    }

    static String requireValid(String mediaId) {
        if (!isValid(mediaId)) {
            throw new IllegalArgumentException(
                    "media id '" + mediaId + "': allowed are 1 to 64 letters, digits, '-' and '_'");
        }
        return mediaId;
    }
}
