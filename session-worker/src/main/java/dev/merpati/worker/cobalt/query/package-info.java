/** What is asked of WhatsApp's server: numbers, addresses, devices. */
@NullMarked
package dev.merpati.worker.cobalt.query;

import org.jspecify.annotations.NullMarked;
