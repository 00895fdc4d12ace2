/** Who did what to an account, when, and from where. */
@NullMarked
package dev.merpati.gateway.audit;

import org.jspecify.annotations.NullMarked;
