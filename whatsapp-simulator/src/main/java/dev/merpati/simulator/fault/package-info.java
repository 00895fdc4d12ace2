/** Faults that tests and people can switch on. */
@NullMarked
package dev.merpati.simulator.fault;

import org.jspecify.annotations.NullMarked;
