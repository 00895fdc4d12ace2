@NullMarked
package dev.merpati.gateway.number;

import org.jspecify.annotations.NullMarked;
