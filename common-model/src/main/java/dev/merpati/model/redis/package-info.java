/** Names of the Redis keys that more than one module uses. */
@NullMarked
package dev.merpati.model.redis;

import org.jspecify.annotations.NullMarked;
