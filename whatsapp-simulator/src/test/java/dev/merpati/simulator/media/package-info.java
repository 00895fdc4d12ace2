@NullMarked
package dev.merpati.simulator.media;

import org.jspecify.annotations.NullMarked;
