package dev.merpati.gateway.media;

import dev.merpati.model.command.MediaReference;
import java.util.Map;
import java.util.Optional;

/**
 * A multipart form as it was read.
 *
 * @param fields the form's fields that are no files, by name
 * @param media the file, which is in the media store by now
 */
public record Upload(Map<String, String> fields, Optional<MediaReference> media) {
    public Upload {
        fields = Map.copyOf(fields);
    }
}
