/** Outcomes: how a command ended, and the record that holds it. */
@NullMarked
package dev.merpati.model.outcome;

import org.jspecify.annotations.NullMarked;
