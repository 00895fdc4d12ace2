/** The {@code Idempotency-Key}: a request that is repeated is answered as the first and does nothing. */
@NullMarked
package dev.merpati.gateway.idempotency;

import org.jspecify.annotations.NullMarked;
