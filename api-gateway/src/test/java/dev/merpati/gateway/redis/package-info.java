@NullMarked
package dev.merpati.gateway.redis;

import org.jspecify.annotations.NullMarked;
