/** The command topic and the headers of its records. */
@NullMarked
package dev.merpati.model.kafka;

import org.jspecify.annotations.NullMarked;
