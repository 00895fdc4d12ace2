/** How often a key may call. */
@NullMarked
package dev.merpati.gateway.limits;

import org.jspecify.annotations.NullMarked;
