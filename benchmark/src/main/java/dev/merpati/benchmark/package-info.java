/** Measures the product and what it is made of, all in one run. */
@NullMarked
package dev.merpati.benchmark;

import org.jspecify.annotations.NullMarked;
