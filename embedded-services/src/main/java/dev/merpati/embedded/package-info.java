/** A real Kafka broker in this JVM and a real Redis server beside it, for one machine and for tests. */
@NullMarked
package dev.merpati.embedded;

import org.jspecify.annotations.NullMarked;
