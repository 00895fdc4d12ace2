@NullMarked
package dev.merpati.benchmark;

import org.jspecify.annotations.NullMarked;
