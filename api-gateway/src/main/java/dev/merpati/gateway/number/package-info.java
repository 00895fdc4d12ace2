/** Phone numbers, and whether they are on WhatsApp. */
@NullMarked
package dev.merpati.gateway.number;

import org.jspecify.annotations.NullMarked;
