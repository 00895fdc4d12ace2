/** Connections to Redis: what becomes of commands when one breaks, and subscriptions that outlive it. */
@NullMarked
package dev.merpati.clients.redis;

import org.jspecify.annotations.NullMarked;
