@NullMarked
package dev.merpati.worker.cobalt.stream;

import org.jspecify.annotations.NullMarked;
