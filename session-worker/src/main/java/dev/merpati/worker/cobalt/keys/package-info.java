/** A device's keys and its Signal sessions, from the key bundle to the stored record. */
@NullMarked
package dev.merpati.worker.cobalt.keys;

import org.jspecify.annotations.NullMarked;
