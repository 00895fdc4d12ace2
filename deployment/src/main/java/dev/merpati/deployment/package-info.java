/** Builds the container images. */
@NullMarked
package dev.merpati.deployment;

import org.jspecify.annotations.NullMarked;
