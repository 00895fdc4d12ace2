@NullMarked
package dev.merpati.benchmark.text;

import org.jspecify.annotations.NullMarked;
