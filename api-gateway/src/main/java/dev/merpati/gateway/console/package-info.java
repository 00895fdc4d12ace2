/** The console: the pages on which people use their sessions. */
@NullMarked
package dev.merpati.gateway.console;

import org.jspecify.annotations.NullMarked;
