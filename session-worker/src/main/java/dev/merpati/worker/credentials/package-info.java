/** WhatsApp credentials at rest: encrypted, and written by the owner only. */
@NullMarked
package dev.merpati.worker.credentials;

import org.jspecify.annotations.NullMarked;
