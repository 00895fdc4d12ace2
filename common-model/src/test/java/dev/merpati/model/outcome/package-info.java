@NullMarked
package dev.merpati.model.outcome;

import org.jspecify.annotations.NullMarked;
