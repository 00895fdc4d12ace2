/**
 * The claim-check store: the gateway stores a file, its id travels in the command, the worker loads it.
 */
@NullMarked
package dev.merpati.media;

import org.jspecify.annotations.NullMarked;
