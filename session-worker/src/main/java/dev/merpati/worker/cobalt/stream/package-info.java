/** The protocol stream: from the socket to the login, and who hears what the server sends. */
@NullMarked
package dev.merpati.worker.cobalt.stream;

import org.jspecify.annotations.NullMarked;
