/** Phone numbers and what WhatsApp says of them. */
@NullMarked
package dev.merpati.model.number;

import org.jspecify.annotations.NullMarked;
