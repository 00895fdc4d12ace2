@NullMarked
package dev.merpati.simulator.tls;

import org.jspecify.annotations.NullMarked;
