package dev.merpati.gateway.console;

import dev.merpati.gateway.auth.TenantContext;
import dev.merpati.gateway.docs.ReceiverSnippets;
import dev.merpati.gateway.event.EventTypes;
import dev.merpati.gateway.session.SessionSearch;
import dev.merpati.gateway.session.SessionView;
import dev.merpati.gateway.webhook.WebhookDeliveries;
import dev.merpati.gateway.webhook.WebhookView;
import dev.merpati.gateway.webhook.Webhooks;
import dev.merpati.model.webhook.DeliveryAttempt;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.springframework.stereotype.Component;
import org.springframework.ui.Model;
import org.springframework.util.MultiValueMap;
import reactor.core.publisher.Mono;

/** Puts together what the pages of webhooks show. */
@Component
class WebhookModel {
    static final String LIST = "console/webhooks";
    static final String ONE = "console/webhook";

    private static final List<String> STATUSES =
            List.of(DeliveryAttempt.DELIVERED, DeliveryAttempt.FAILED, DeliveryAttempt.DEAD);
    private static final int MOST_SESSIONS = 200;
    private static final int DELIVERIES = 25;

    private final Webhooks webhooks;
    private final WebhookDeliveries deliveries;
    private final SessionSearch search;

    WebhookModel(Webhooks webhooks, WebhookDeliveries deliveries, SessionSearch search) {
        this.webhooks = webhooks;
        this.deliveries = deliveries;
        this.search = search;
    }

    /** A session that may be chosen. */
    record Choice(String id, String name) {}

    /** The list, with a form for a new one that says what {@code form} says. */
    Mono<String> list(TenantContext tenant, WebhookForm form, Model model) {
        return Mono.zip(webhooks.list(tenant.tenantId()), choices(tenant, form))
                .doOnNext(read -> {
                    model.addAttribute("webhooks", read.getT1());
                    fill(form, read.getT2(), model);
                })
                .thenReturn(LIST);
    }

    /**
     * One webhook; an error of 404 when there is no such.
     *
     * @param form what was typed in and refused; null for what is stored
     */
    Mono<String> one(
            TenantContext tenant,
            String webhookId,
            @Nullable WebhookForm form,
            MultiValueMap<String, String> parameters,
            Model model) {
        String status = parameters.getFirst("status");
        String after = parameters.getFirst("after");
        // What makes no sense in a URL counts as absent.
        String known = status != null && STATUSES.contains(status) ? status : null;
        WebhookDeliveries.Query query = new WebhookDeliveries.Query(
                known, after != null && after.matches("[0-9]{1,19}-[0-9]{1,19}") ? after : null, DELIVERIES);
        return webhooks.get(tenant.tenantId(), webhookId).flatMap(webhook -> {
            WebhookForm shown = form == null ? WebhookForm.of(webhook) : form;
            return Mono.zip(deliveries.list(tenant.tenantId(), webhookId, query), choices(tenant, shown))
                    .doOnNext(read -> {
                        model.addAttribute("webhook", webhook);
                        model.addAttribute("deliveries", read.getT1().deliveries());
                        String next = read.getT1().next();
                        if (next != null) {
                            model.addAttribute("next", next);
                        }
                        if (parameters.containsKey("replayed")) {
                            model.addAttribute("replayed", true);
                        }
                        model.addAttribute("status", known == null ? "" : known);
                        model.addAttribute("statuses", STATUSES);
                        model.addAttribute("snippets", ReceiverSnippets.ALL);
                        fill(shown, read.getT2(), model);
                    })
                    .thenReturn(ONE);
        });
    }

    /** Returns those that were given up, to be told wherever their owner comes by. */
    Mono<List<WebhookView>> givenUp(TenantContext tenant) {
        return webhooks.list(tenant.tenantId())
                .map(all -> all.stream()
                        .filter(webhook -> webhook.disabledReason() != null
                                && !webhook.disabledReason().equals("owner"))
                        .toList());
    }

    private static void fill(WebhookForm form, List<Choice> choices, Model model) {
        model.addAttribute("form", form);
        model.addAttribute("types", EventTypes.NAMES);
        model.addAttribute("sessions", choices);
    }

    /** The tenant's sessions, and those that are chosen already wherever they are. */
    private Mono<List<Choice>> choices(TenantContext tenant, WebhookForm form) {
        return search.find(tenant.tenantId(), "", null, 0, MOST_SESSIONS).map(found -> {
            List<Choice> choices = new ArrayList<>();
            for (SessionView session : found.sessions()) {
                choices.add(new Choice(session.id().toString(), session.name()));
            }
            for (String id : form.sessionIds()) {
                if (choices.stream().noneMatch(choice -> choice.id().equals(id))) {
                    choices.add(new Choice(id, id));
                }
            }
            return choices;
        });
    }
}
