/** The contract between gateway and worker; depends on neither. */
@NullMarked
package dev.merpati.model;

import org.jspecify.annotations.NullMarked;
