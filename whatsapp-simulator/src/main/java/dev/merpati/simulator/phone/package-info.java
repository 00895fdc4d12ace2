/** Simulated phones: their keys, linked companion devices and what they received. */
@NullMarked
package dev.merpati.simulator.phone;

import org.jspecify.annotations.NullMarked;
