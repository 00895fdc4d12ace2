/** What processes use of the machine, read from outside. Needs Linux. */
@NullMarked
package dev.merpati.benchmark.footprint;

import org.jspecify.annotations.NullMarked;
