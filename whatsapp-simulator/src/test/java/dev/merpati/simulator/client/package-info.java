/** A WhatsApp client of the tests' own: strict where Cobalt is lenient, and able to misbehave. */
@NullMarked
package dev.merpati.simulator.client;

import org.jspecify.annotations.NullMarked;
