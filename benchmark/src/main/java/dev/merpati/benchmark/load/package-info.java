/** Puts load on something and measures it. Knows nothing of what is measured. */
@NullMarked
package dev.merpati.benchmark.load;

import org.jspecify.annotations.NullMarked;
