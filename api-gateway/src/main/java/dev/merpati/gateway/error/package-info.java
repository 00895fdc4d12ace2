/** Every error that a tenant can see, in one form. */
@NullMarked
package dev.merpati.gateway.error;

import org.jspecify.annotations.NullMarked;
