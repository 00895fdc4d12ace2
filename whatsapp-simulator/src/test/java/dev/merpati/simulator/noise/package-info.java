@NullMarked
package dev.merpati.simulator.noise;

import org.jspecify.annotations.NullMarked;
