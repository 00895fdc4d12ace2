@NullMarked
package dev.merpati.model.webhook;

import org.jspecify.annotations.NullMarked;
