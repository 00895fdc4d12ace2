/** The Signal protocol as a simulated phone speaks it, written from the public specification. */
@NullMarked
package dev.merpati.simulator.signal;

import org.jspecify.annotations.NullMarked;
