/** Waiting: back-off, timers and a stop signal. */
@NullMarked
package dev.merpati.worker.timing;

import org.jspecify.annotations.NullMarked;
