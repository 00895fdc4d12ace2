/** Files on their way into the media store. */
@NullMarked
package dev.merpati.gateway.media;

import org.jspecify.annotations.NullMarked;
