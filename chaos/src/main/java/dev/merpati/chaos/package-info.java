/** The chaos command: a known load on a cluster of real processes, every fault, and a verdict. */
@NullMarked
package dev.merpati.chaos;

import org.jspecify.annotations.NullMarked;
