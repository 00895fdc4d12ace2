@NullMarked
package dev.merpati.standalone;

import org.jspecify.annotations.NullMarked;
