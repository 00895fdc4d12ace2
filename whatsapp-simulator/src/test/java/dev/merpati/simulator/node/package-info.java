@NullMarked
package dev.merpati.simulator.node;

import org.jspecify.annotations.NullMarked;
