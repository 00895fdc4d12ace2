/** The real gateway with a real Kafka and Redis beside it, and a worker that does as a test tells it. */
@NullMarked
package dev.merpati.gateway.harness;

import org.jspecify.annotations.NullMarked;
