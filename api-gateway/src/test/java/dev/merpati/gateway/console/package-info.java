@NullMarked
package dev.merpati.gateway.console;

import org.jspecify.annotations.NullMarked;
