/** The server that clients connect to: proxy, chat socket, stanzas. */
@NullMarked
package dev.merpati.simulator.server;

import org.jspecify.annotations.NullMarked;
