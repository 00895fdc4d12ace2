/** The names of everything in Redis that more than one module touches. */
@NullMarked
package dev.merpati.model.redis;

import org.jspecify.annotations.NullMarked;
