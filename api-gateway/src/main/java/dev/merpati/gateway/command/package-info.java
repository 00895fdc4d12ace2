/** From a command to its outcome: record, Kafka, reply channel. */
@NullMarked
package dev.merpati.gateway.command;

import org.jspecify.annotations.NullMarked;
