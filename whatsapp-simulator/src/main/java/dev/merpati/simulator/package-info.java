/** A WhatsApp server with simulated phones; start it with {@link dev.merpati.simulator.Simulator}. */
@NullMarked
package dev.merpati.simulator;

import org.jspecify.annotations.NullMarked;
