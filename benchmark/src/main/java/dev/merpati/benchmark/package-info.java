/** Measures the product and its parts in one run. */
@NullMarked
package dev.merpati.benchmark;

import org.jspecify.annotations.NullMarked;
