package dev.merpati.gateway.webhook;

import reactor.core.publisher.Mono;

/** Writes to the owners of accounts. */
public interface OwnerMail {
    /**
     * Tells the owner of a tenant that a webhook was disabled; a tenant without an account has nobody to be told. Completes when
     * the mail is safely queued.
     */
    Mono<Void> webhookDisabled(String tenantId, Disabled what);

    /**
     * A webhook that the dispatcher has disabled.
     *
     * @param id the same for the same happening, so that it is written of once
     * @param webhook what its owner knows it by
     * @param reason {@code gone} or {@code dead}
     * @param error of the last attempt, in a few words; may be empty
     */
    record Disabled(String id, String webhook, String reason, String error) {}
}
