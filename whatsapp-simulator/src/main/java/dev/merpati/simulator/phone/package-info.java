/** Simulated phones: their keys, companion devices and received messages. */
@NullMarked
package dev.merpati.simulator.phone;

import org.jspecify.annotations.NullMarked;
