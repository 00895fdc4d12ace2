/** Cobalt in a loop, in a JVM of its own: what the product is compared with. */
@NullMarked
package dev.merpati.benchmark.bare;

import org.jspecify.annotations.NullMarked;
