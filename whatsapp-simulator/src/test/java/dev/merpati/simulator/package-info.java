@NullMarked
package dev.merpati.simulator;

import org.jspecify.annotations.NullMarked;
