/** Runs during the build: turns the Cobalt of Maven Central into this module's. Not part of the jar. */
@NullMarked
package dev.merpati.cobalt.patch;

import org.jspecify.annotations.NullMarked;
