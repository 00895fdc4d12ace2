/** How this application talks to Redis: Lua scripts, the shared key names. */
@NullMarked
package dev.merpati.gateway.redis;

import org.jspecify.annotations.NullMarked;
