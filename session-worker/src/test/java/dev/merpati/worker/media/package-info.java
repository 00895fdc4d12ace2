@NullMarked
package dev.merpati.worker.media;

import org.jspecify.annotations.NullMarked;
