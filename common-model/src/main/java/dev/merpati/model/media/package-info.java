/** Received files: what gateway and worker both know of one, and its name in the media store. */
@NullMarked
package dev.merpati.model.media;

import org.jspecify.annotations.NullMarked;
