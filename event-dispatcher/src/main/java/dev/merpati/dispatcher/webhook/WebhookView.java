package dev.merpati.dispatcher.webhook;

import dev.merpati.model.webhook.WebhookStatus.State;

/**
 * What a webhook shows in metrics.
 *
 * @param oldest when the oldest event of the backlog was stored, in ms since 1970; 0 when there is none
 */
record WebhookView(State state, long backlog, long oldest) {}
