package dev.merpati.gateway.media;

import dev.merpati.model.command.MediaReference;

/** A part of a multipart form, read to its end. */
sealed interface Part {
    record Field(String name, String value) implements Part {}

    record File(MediaReference media) implements Part {}
}
