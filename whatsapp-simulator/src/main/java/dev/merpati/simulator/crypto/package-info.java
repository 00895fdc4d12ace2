/** The primitives that Noise, Signal and the media format share. */
@NullMarked
package dev.merpati.simulator.crypto;

import org.jspecify.annotations.NullMarked;
