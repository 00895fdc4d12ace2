/** Runs in the build: makes this module's Cobalt out of the one from Maven Central. Not part of the jar. */
@NullMarked
package dev.merpati.cobalt.patch;

import org.jspecify.annotations.NullMarked;
