/** Spans of commands and of what they ask of WhatsApp, as OpenTelemetry has them. */
@NullMarked
package dev.merpati.worker.tracing;

import org.jspecify.annotations.NullMarked;
