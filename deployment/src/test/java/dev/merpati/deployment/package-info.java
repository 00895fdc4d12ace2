/** Compares deploy/, k8s/ and docs/settings.md with the code. */
@NullMarked
package dev.merpati.deployment;

import org.jspecify.annotations.NullMarked;
