/** Taking a worker out of service before it is stopped for good. */
@NullMarked
package dev.merpati.worker.drain;

import org.jspecify.annotations.NullMarked;
