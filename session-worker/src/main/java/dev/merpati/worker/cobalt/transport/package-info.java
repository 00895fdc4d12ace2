/** Sockets to WhatsApp: frames over a WebSocket over TLS, for all sessions on the same few threads. Knows no Cobalt. */
@NullMarked
package dev.merpati.worker.cobalt.transport;

import org.jspecify.annotations.NullMarked;
