/** Loads files to send, within a memory budget. */
@NullMarked
package dev.merpati.worker.media;

import org.jspecify.annotations.NullMarked;
