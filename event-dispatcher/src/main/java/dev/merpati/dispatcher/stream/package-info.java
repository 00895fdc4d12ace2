/** The streams of the tenants: events go from Kafka to Redis, each once and in order, and old ones are trimmed. */
@NullMarked
package dev.merpati.dispatcher.stream;

import org.jspecify.annotations.NullMarked;
