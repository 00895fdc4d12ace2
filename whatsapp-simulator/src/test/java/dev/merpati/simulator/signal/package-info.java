@NullMarked
package dev.merpati.simulator.signal;

import org.jspecify.annotations.NullMarked;
