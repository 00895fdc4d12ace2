/**
 * The claim-check store: a file goes in at the gateway, its id travels in the command, the worker takes it out.
 */
@NullMarked
package dev.merpati.media;

import org.jspecify.annotations.NullMarked;
