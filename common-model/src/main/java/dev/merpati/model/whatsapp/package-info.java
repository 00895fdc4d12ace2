/** What gateway and workers share of WhatsApp as a whole, beside sessions. */
@NullMarked
package dev.merpati.model.whatsapp;

import org.jspecify.annotations.NullMarked;
