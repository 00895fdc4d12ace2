@NullMarked
package dev.merpati.gateway.error;

import org.jspecify.annotations.NullMarked;
