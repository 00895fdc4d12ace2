/** Distinguishes one long outage from many failures. */
@NullMarked
package dev.merpati.model.outage;

import org.jspecify.annotations.NullMarked;
