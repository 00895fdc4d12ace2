/** A session's connection to WhatsApp: one state machine, with its reconnects, credentials and published status. */
@NullMarked
package dev.merpati.worker.connection;

import org.jspecify.annotations.NullMarked;
