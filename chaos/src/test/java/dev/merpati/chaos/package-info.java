@NullMarked
package dev.merpati.chaos;

import org.jspecify.annotations.NullMarked;
