/** Encrypted media: the format, and where the blobs are kept. */
@NullMarked
package dev.merpati.simulator.media;

import org.jspecify.annotations.NullMarked;
