@NullMarked
package dev.merpati.benchmark.receive;

import org.jspecify.annotations.NullMarked;
