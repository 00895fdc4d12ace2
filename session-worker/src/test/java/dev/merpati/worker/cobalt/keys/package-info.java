@NullMarked
package dev.merpati.worker.cobalt.keys;

import org.jspecify.annotations.NullMarked;
