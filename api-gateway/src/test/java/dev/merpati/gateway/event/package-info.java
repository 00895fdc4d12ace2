@NullMarked
package dev.merpati.gateway.event;

import org.jspecify.annotations.NullMarked;
