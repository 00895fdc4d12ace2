/**
 * Noise, the binary form of stanzas, and which answer belongs to which query: what Cobalt does, behind interfaces of ours.
 * Nobody else knows Cobalt's classes for these.
 */
@NullMarked
package dev.merpati.worker.cobalt.engine;

import org.jspecify.annotations.NullMarked;
