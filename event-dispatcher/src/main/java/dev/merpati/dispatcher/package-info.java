/** The dispatcher: takes events from Kafka, keeps the stream of each tenant and delivers its webhooks. */
@NullMarked
package dev.merpati.dispatcher;

import org.jspecify.annotations.NullMarked;
