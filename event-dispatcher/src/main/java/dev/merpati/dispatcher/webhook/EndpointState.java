package dev.merpati.dispatcher.webhook;

import dev.merpati.dispatcher.webhook.DeliveryStore.WebhookId;
import dev.merpati.model.webhook.Webhook;
import dev.merpati.model.webhook.WebhookStatus;
import dev.merpati.model.webhook.WebhookStatus.State;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Whether an endpoint is called: how it does, whether its webhook is disabled, and whether its owner has still to be told so. Is
 * stored for the next dispatcher that takes the webhook. Not thread-safe.
 */
final class EndpointState {
    /** It answered 410. */
    static final String DISABLED_GONE = "gone";
    /** Nothing could be delivered for too long. */
    static final String DISABLED_DEAD = "dead";

    private static final Logger log = LoggerFactory.getLogger(EndpointState.class);
    private static final String DISABLED_BY_OWNER = "owner";
    private static final String FAILURES = "failures";
    private static final String OPEN = "open";
    private static final String DISABLED = "disabled";
    private static final String NOTICE = "notice";

    private final WebhookId id;
    private final Circuit circuit;
    private @Nullable String disabled;
    private boolean noticePending;

    EndpointState(WebhookId id, Circuit circuit) {
        this.id = id;
        this.circuit = circuit;
    }

    /**
     * Goes on where a former owner was.
     *
     * @param state as {@link #stored} returned it
     * @param status as it is shown, in which a gateway writes that somebody has enabled or disabled the webhook
     */
    void restore(Map<String, String> state, WebhookStatus status, Webhook webhook) {
        circuit.restore(
                Integer.parseInt(state.getOrDefault(FAILURES, "0")),
                Long.parseLong(state.getOrDefault(WebhookStatus.FAILING_SINCE, "0")),
                "1".equals(state.get(OPEN)));
        noticePending = "1".equals(state.get(NOTICE));
        boolean stillDisabled = status.state() == State.DISABLED && !DISABLED_BY_OWNER.equals(status.disabledReason());
        if (!webhook.enabled()) {
            disabled = DISABLED_BY_OWNER;
        } else if (stillDisabled) {
            disabled = status.disabledReason() == null ? DISABLED_DEAD : status.disabledReason();
        } else {
            disabled = null;
            if (!state.getOrDefault(DISABLED, "").isEmpty()) {
                circuit.reset(); // Its owner has enabled it.
            }
        }
    }

    Map<String, String> stored() {
        return Map.of(
                FAILURES,
                Integer.toString(circuit.failures()),
                WebhookStatus.FAILING_SINCE,
                Long.toString(circuit.failingSince()),
                OPEN,
                circuit.isOpen() ? "1" : "0",
                NOTICE,
                noticePending ? "1" : "0",
                DISABLED,
                disabled == null || disabled.equals(DISABLED_BY_OWNER) ? "" : disabled);
    }

    Circuit circuit() {
        return circuit;
    }

    /** Ends all deliveries until its owner enables it again, who will be told. */
    void disable(String reason) {
        if (disabled == null) {
            disabled = reason;
            noticePending = true;
            log.info("A webhook of tenant {} was disabled: {}", id.tenantId(), reason);
        }
    }

    /** Why it is disabled; null when it is not. */
    @Nullable
    String disabledReason() {
        return disabled;
    }

    boolean isNoticePending() {
        return noticePending;
    }

    /** Its owner will be told. */
    void noticed() {
        noticePending = false;
    }

    /** Whether nothing may be sent at the moment. */
    boolean isClosed(long now) {
        return disabled != null || circuit.isPaused(now);
    }
}
