package dev.merpati.chaos.load;

import dev.merpati.chaos.inbound.EventLog;
import dev.merpati.chaos.inbound.TenantInbox;
import dev.merpati.cluster.Answer;
import dev.merpati.cluster.PairedSession;
import dev.merpati.cluster.UnansweredException;
import dev.merpati.cluster.WebhookDelivery;
import dev.merpati.cluster.WebhookEndpoint;
import java.util.Set;
import java.util.stream.Collectors;
import tools.jackson.databind.JsonNode;

/**
 * The receiving side of a tenant, twice: a webhook for all events, and a program that reads them by polling. Both begin before there is
 * load. Closing it closes the endpoint.
 */
public final class Subscriber implements TenantInbox, AutoCloseable {
    private final Customer customer;
    private final Set<String> sessions;
    private final EventLog delivered = new EventLog();
    private final EventLog polled = new EventLog();
    private final WebhookEndpoint endpoint = WebhookEndpoint.behindProxy(new Listener());
    private final String webhookId;
    private String next = "";

    private final class Listener implements WebhookEndpoint.Listener {
        @Override
        public void kept(WebhookDelivery delivery) {
            delivered.add(delivery.id(), delivery.type(), delivery.sessionId(), delivery.data());
        }

        @Override
        public void forgot(WebhookDelivery delivery) {
            delivered.addLost(delivery.id());
        }

        @Override
        public void refused(String problem) {
            delivered.addFinding(problem);
        }
    }

    /** Creates the webhook. */
    public Subscriber(Customer customer) {
        this.customer = customer;
        this.sessions = customer.sessions().stream().map(PairedSession::id).collect(Collectors.toSet());
        this.webhookId = customer.next().createWebhook(endpoint);
    }

    @Override
    public Set<String> sessions() {
        return sessions;
    }

    @Override
    public EventLog delivered() {
        return delivered;
    }

    @Override
    public EventLog polled() {
        return polled;
    }

    /** Can be made to misbehave. */
    public WebhookEndpoint endpoint() {
        return endpoint;
    }

    /** Has everything delivered again from that time on. */
    public void replay(String from) {
        customer.next().replay(webhookId, from);
    }

    /** Reads on to the end, or until there is no answer; the next call goes on there. For one thread. */
    public void poll() {
        try {
            for (boolean more = true; more; ) {
                Answer answer = customer.next().events(next);
                if (answer.status() == 503) {
                    return;
                }
                JsonNode page = answer.expect(200).json();
                page.required("events")
                        .forEach(event -> polled.add(
                                event.required("id").asString(),
                                event.required("type").asString(),
                                event.required("sessionId").asString(),
                                event.required("data")));
                next = page.required("next").asString();
                more = page.required("more").asBoolean();
            }
        } catch (UnansweredException e) {
            // A gateway is away; the next call asks the other one.
        } catch (RuntimeException e) {
            polled.addFinding("events could not be read: " + e.getMessage());
        }
    }

    @Override
    public void close() {
        endpoint.close();
    }
}
