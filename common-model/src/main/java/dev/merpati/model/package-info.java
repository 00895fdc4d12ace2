/** The contract between the gateway and the workers; it knows neither. */
@NullMarked
package dev.merpati.model;

import org.jspecify.annotations.NullMarked;
