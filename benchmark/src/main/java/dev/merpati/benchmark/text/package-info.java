/** Text messages as load: the same steps for everything that can send. */
@NullMarked
package dev.merpati.benchmark.text;

import org.jspecify.annotations.NullMarked;
