@NullMarked
package dev.merpati.gateway.limits;

import org.jspecify.annotations.NullMarked;
