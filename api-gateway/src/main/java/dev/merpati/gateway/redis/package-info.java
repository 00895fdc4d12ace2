/** Access to Redis: Lua scripts, connections, outages. */
@NullMarked
package dev.merpati.gateway.redis;

import org.jspecify.annotations.NullMarked;
