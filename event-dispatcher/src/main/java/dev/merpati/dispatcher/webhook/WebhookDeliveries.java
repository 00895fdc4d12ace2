package dev.merpati.dispatcher.webhook;

import dev.merpati.dispatcher.stream.StreamListener;
import dev.merpati.dispatcher.webhook.DeliveryStore.WebhookId;
import dev.merpati.model.event.EventTopic;
import dev.merpati.model.event.StoredEvent;
import dev.merpati.model.webhook.Webhook;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.dao.DataAccessException;

/**
 * Delivers to the webhooks of the tenants that this dispatcher owns. Knows of changes by the messages of gateways, and by looking at
 * all of them now and then, since messages may be lost. Thread-safe.
 */
final class WebhookDeliveries implements StreamListener {
    private static final Logger log = LoggerFactory.getLogger(WebhookDeliveries.class);
    private static final Duration RETRY = Duration.ofSeconds(1);
    private static final int PARALLEL_LOADS = 16;
    /** The part of the time for a hand-over in which what is under way may end. */
    private static final double PATIENCE = 0.6;

    private final DeliveryTools tools;
    private final EventTopic topic;
    private final Set<Integer> partitions = ConcurrentHashMap.newKeySet();
    private final Map<String, Tenant> tenants = new ConcurrentHashMap<>();
    private final Semaphore loads = new Semaphore(PARALLEL_LOADS);

    WebhookDeliveries(DeliveryTools tools, EventTopic topic) {
        this.tools = tools;
        this.topic = topic;
    }

    /** A tenant and its webhooks. Locked while they are read, so that nothing older than what is known is taken for new. */
    private final class Tenant {
        private final String tenantId;
        private final Map<String, WebhookDelivery> webhooks = new ConcurrentHashMap<>();
        private boolean closed;

        Tenant(String tenantId) {
            this.tenantId = tenantId;
        }

        synchronized void load() {
            if (closed) {
                return;
            }
            Map<String, Webhook> found = new HashMap<>();
            tools.store().webhooks(tenantId).forEach(webhook -> found.put(webhook.id(), webhook));
            webhooks.entrySet().removeIf(each -> {
                boolean deleted = !found.containsKey(each.getKey());
                if (deleted) {
                    each.getValue().deleted();
                }
                return deleted;
            });
            found.forEach((id, webhook) -> {
                WebhookDelivery known = webhooks.get(id);
                if (known == null) {
                    WebhookDelivery added = new WebhookDelivery(new WebhookId(tenantId, id), webhook, tools);
                    webhooks.put(id, added);
                    added.start();
                } else {
                    known.changed(webhook);
                }
            });
        }

        synchronized Collection<WebhookDelivery> close() {
            closed = true;
            return List.copyOf(webhooks.values());
        }
    }

    @Override
    public void taken(int partition) {
        partitions.add(partition);
        tools.executor().execute(() -> loadPartition(partition));
    }

    @Override
    public void revoked(Set<Integer> revoked, Duration timeout) {
        List<WebhookDelivery> all = close(revoked);
        CompletableFuture<?>[] ends = all.stream().map(WebhookDelivery::stop).toArray(CompletableFuture[]::new);
        CompletableFuture<Void> end = CompletableFuture.allOf(ends);
        long patience = Math.round(timeout.toMillis() * PATIENCE);
        if (!awaited(end, patience)) {
            all.forEach(WebhookDelivery::cutOff);
            if (!awaited(end, timeout.toMillis() - patience)) {
                log.warn("Not every webhook could write down how far it is: some events are delivered again");
                all.forEach(WebhookDelivery::lost);
            }
        }
    }

    @Override
    public void lost(Set<Integer> lost) {
        close(lost).forEach(WebhookDelivery::lost);
    }

    @Override
    public void appended(String tenantId, List<StoredEvent> events) {
        Tenant tenant = tenants.get(tenantId);
        if (tenant == null) {
            changed(tenantId); // What was appended is read from the stream.
        } else {
            tenant.webhooks.values().forEach(webhook -> webhook.appended(events));
        }
    }

    /** A tenant's webhooks may have been changed, or something is wanted of one. Returns at once. */
    void changed(String tenantId) {
        if (partitions.contains(topic.partitionOf(tenantId))) {
            tools.executor().execute(() -> load(tenantId));
        }
    }

    /** Looks at all webhooks of all tenants, and for tenants that are not known yet. Returns at once. */
    void reload() {
        partitions.forEach(partition -> tools.executor().execute(() -> loadPartition(partition)));
    }

    Collection<WebhookView> views() {
        return tenants.values().stream()
                .flatMap(tenant -> tenant.webhooks.values().stream())
                .map(WebhookDelivery::view)
                .toList();
    }

    private void loadPartition(int partition) {
        if (!partitions.contains(partition)) {
            return;
        }
        List<String> found;
        try {
            found = new ArrayList<>(tools.store().tenants(partition));
        } catch (DataAccessException e) {
            tools.outage().failed(e);
            tools.timers().after(RETRY, () -> loadPartition(partition));
            return;
        }
        tenants.keySet().stream()
                .filter(tenantId -> topic.partitionOf(tenantId) == partition && !found.contains(tenantId))
                .forEach(found::add);
        found.forEach(this::load);
    }

    private void load(String tenantId) {
        int partition = topic.partitionOf(tenantId);
        loads.acquireUninterruptibly();
        try {
            Tenant tenant = tenants.compute(tenantId, (id, known) -> {
                boolean owned = partitions.contains(partition);
                return !owned ? known : known != null ? known : new Tenant(id);
            });
            if (tenant != null) {
                tenant.load();
            }
        } catch (DataAccessException e) {
            tools.outage().failed(e);
            tools.timers().after(RETRY, () -> load(tenantId));
        } finally {
            loads.release();
        }
    }

    private List<WebhookDelivery> close(Set<Integer> ended) {
        partitions.removeAll(ended);
        List<WebhookDelivery> all = new ArrayList<>();
        tenants.entrySet().removeIf(each -> {
            boolean leaves = ended.contains(topic.partitionOf(each.getKey()));
            if (leaves) {
                all.addAll(each.getValue().close());
            }
            return leaves;
        });
        return all;
    }

    private static boolean awaited(CompletableFuture<Void> end, long millis) {
        try {
            end.get(Math.max(1, millis), TimeUnit.MILLISECONDS);
            return true;
        } catch (TimeoutException _) {
            return false;
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
            return false;
        } catch (ExecutionException e) {
            throw new IllegalStateException("a stop never fails", e);
        }
    }
}
