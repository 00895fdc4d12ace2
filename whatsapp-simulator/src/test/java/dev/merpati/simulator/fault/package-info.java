@NullMarked
package dev.merpati.simulator.fault;

import org.jspecify.annotations.NullMarked;
