@NullMarked
package dev.merpati.worker.cobalt.media;

import org.jspecify.annotations.NullMarked;
