@NullMarked
package dev.merpati.embedded;

import org.jspecify.annotations.NullMarked;
