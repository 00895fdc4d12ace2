@NullMarked
package dev.merpati.worker;

import org.jspecify.annotations.NullMarked;
