/** A real Kafka broker in this JVM and real Redis servers beside it, for one machine and for tests. */
@NullMarked
package dev.merpati.embedded;

import org.jspecify.annotations.NullMarked;
