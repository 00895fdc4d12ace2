/** Reports whether this gateway can serve. */
@NullMarked
package dev.merpati.gateway.health;

import org.jspecify.annotations.NullMarked;
