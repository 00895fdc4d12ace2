/** Webhooks: events are delivered to the endpoints of tenants, at least once and in order per session. */
@NullMarked
package dev.merpati.dispatcher.webhook;

import org.jspecify.annotations.NullMarked;
