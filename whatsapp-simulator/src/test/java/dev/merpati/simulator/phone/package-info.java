@NullMarked
package dev.merpati.simulator.phone;

import org.jspecify.annotations.NullMarked;
