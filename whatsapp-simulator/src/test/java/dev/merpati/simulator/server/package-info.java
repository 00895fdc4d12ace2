@NullMarked
package dev.merpati.simulator.server;

import org.jspecify.annotations.NullMarked;
