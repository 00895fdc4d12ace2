/** The faults, injected one after the other. */
@NullMarked
package dev.merpati.chaos.fault;

import org.jspecify.annotations.NullMarked;
