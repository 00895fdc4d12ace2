@NullMarked
package dev.merpati.gateway.message;

import org.jspecify.annotations.NullMarked;
