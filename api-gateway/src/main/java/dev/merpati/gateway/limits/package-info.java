/** Rate limits and bounds on open requests. */
@NullMarked
package dev.merpati.gateway.limits;

import org.jspecify.annotations.NullMarked;
