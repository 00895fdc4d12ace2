@NullMarked
package dev.merpati.model.redis;

import org.jspecify.annotations.NullMarked;
