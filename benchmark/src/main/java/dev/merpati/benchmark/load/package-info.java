/** Generates load and measures it, independent of what is measured. */
@NullMarked
package dev.merpati.benchmark.load;

import org.jspecify.annotations.NullMarked;
