/** Waiting: back-off, timers and a stop signal. */
@NullMarked
package dev.merpati.clients.timing;

import org.jspecify.annotations.NullMarked;
