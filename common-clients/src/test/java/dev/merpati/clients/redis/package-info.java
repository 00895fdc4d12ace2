@NullMarked
package dev.merpati.clients.redis;

import org.jspecify.annotations.NullMarked;
