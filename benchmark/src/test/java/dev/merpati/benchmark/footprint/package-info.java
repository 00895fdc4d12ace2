@NullMarked
package dev.merpati.benchmark.footprint;

import org.jspecify.annotations.NullMarked;
