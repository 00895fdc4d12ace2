/** Sends messages and reports their status. */
@NullMarked
package dev.merpati.gateway.message;

import org.jspecify.annotations.NullMarked;
