/** Webhooks: what the gateway that manages them and the dispatcher that delivers to them share in Redis. */
@NullMarked
package dev.merpati.model.webhook;

import org.jspecify.annotations.NullMarked;
