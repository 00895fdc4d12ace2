@NullMarked
package dev.merpati.chaos.inbound;

import org.jspecify.annotations.NullMarked;
