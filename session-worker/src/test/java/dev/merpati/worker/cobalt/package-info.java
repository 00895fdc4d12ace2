@NullMarked
package dev.merpati.worker.cobalt;

import org.jspecify.annotations.NullMarked;
