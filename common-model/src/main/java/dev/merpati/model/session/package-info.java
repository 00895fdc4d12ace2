/** A tenant's WhatsApp session as both sides see it. */
@NullMarked
package dev.merpati.model.session;

import org.jspecify.annotations.NullMarked;
