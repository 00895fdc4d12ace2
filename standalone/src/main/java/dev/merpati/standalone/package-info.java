/** Runs the whole product in one JVM, for one machine. */
@NullMarked
package dev.merpati.standalone;

import org.jspecify.annotations.NullMarked;
