/** What happens to sessions, made into events and published before WhatsApp is told that we have it. */
@NullMarked
package dev.merpati.worker.event;

import org.jspecify.annotations.NullMarked;
