@NullMarked
package dev.merpati.gateway.usage;

import org.jspecify.annotations.NullMarked;
