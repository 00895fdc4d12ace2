/** Faults that tests and people switch on. */
@NullMarked
package dev.merpati.simulator.fault;

import org.jspecify.annotations.NullMarked;
