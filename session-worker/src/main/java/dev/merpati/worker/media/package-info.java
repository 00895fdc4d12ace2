/** Files on their way to WhatsApp, within a budget of memory. */
@NullMarked
package dev.merpati.worker.media;

import org.jspecify.annotations.NullMarked;
