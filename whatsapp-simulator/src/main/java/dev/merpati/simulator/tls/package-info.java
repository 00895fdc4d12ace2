/** The simulator's own certificate authority. */
@NullMarked
package dev.merpati.simulator.tls;

import org.jspecify.annotations.NullMarked;
