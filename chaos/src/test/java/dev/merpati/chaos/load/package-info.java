@NullMarked
package dev.merpati.chaos.load;

import org.jspecify.annotations.NullMarked;
