/** What happens to sessions, as tenants learn of it: events on their way through Kafka and Redis. */
@NullMarked
package dev.merpati.model.event;

import org.jspecify.annotations.NullMarked;
