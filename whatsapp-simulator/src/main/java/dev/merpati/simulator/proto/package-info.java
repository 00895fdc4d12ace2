/** Protocol buffers read and written by field number. */
@NullMarked
package dev.merpati.simulator.proto;

import org.jspecify.annotations.NullMarked;
