/** The command topic as both sides see it. */
@NullMarked
package dev.merpati.model.kafka;

import org.jspecify.annotations.NullMarked;
