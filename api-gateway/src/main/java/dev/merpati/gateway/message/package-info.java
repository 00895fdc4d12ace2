/** Sending, and what became of a message. */
@NullMarked
package dev.merpati.gateway.message;

import org.jspecify.annotations.NullMarked;
