/** The server's side of WhatsApp's Noise handshake and the transport after it. */
@NullMarked
package dev.merpati.simulator.noise;

import org.jspecify.annotations.NullMarked;
