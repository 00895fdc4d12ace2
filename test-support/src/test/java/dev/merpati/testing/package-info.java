@NullMarked
package dev.merpati.testing;

import org.jspecify.annotations.NullMarked;
