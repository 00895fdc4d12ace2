/** Waiting: back-off, timers and a stop signal. */
@NullMarked
package dev.merpati.dispatcher.timing;

import org.jspecify.annotations.NullMarked;
