@NullMarked
package dev.merpati.benchmark.load;

import org.jspecify.annotations.NullMarked;
