/** What survives a restart, and how it is stored. */
@NullMarked
package dev.merpati.simulator.state;

import org.jspecify.annotations.NullMarked;
