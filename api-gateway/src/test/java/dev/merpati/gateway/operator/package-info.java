@NullMarked
package dev.merpati.gateway.operator;

import org.jspecify.annotations.NullMarked;
