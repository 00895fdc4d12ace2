package dev.merpati.gateway.tenant;

import dev.merpati.gateway.redis.RecordCache;
import java.util.Collection;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import org.springframework.stereotype.Component;
import reactor.core.publisher.Mono;

/**
 * Finds tenants: those of the configuration, then those of Redis, which are kept for some seconds. A change made through
 * any gateway is seen by all of them at once; when its notice is lost, after {@link RecordCache#LIFE}. Thread-safe.
 */
@Component
public class Tenants {
    private static final int CACHED = 50_000;

    private final Map<String, Tenant> configured = new LinkedHashMap<>();
    private final TenantRecords records;
    private final RecordCache<Tenant> cache = new RecordCache<>(CACHED);

    Tenants(TenantSettings settings, TenantRecords records, RecordChanges changes) {
        this.records = records;
        settings.tenants().forEach((id, tenant) -> {
            Plan plan = settings.plans().get(tenant.plan());
            if (plan == null) {
                throw new IllegalStateException("merpati.tenants." + id + ".plan was not checked");
            }
            String name = tenant.name();
            configured.put(
                    id, new Tenant(id, name == null ? id : name, tenant.plan(), plan, Tenant.Status.ACTIVE, true));
        });
        changes.evict(RecordChanges.Kind.TENANT, cache);
    }

    /** Empty when there is no such tenant, or it is being deleted. */
    public Mono<Tenant> find(String tenantId) {
        Tenant known = configured.get(tenantId);
        return known != null
                ? Mono.just(known)
                : cache.get(tenantId, records::find).filter(tenant -> tenant.status() != Tenant.Status.DELETING);
    }

    /** Whether the id is that of a tenant of the configuration. */
    public boolean isConfigured(String tenantId) {
        return configured.containsKey(tenantId);
    }

    /** All tenants of the configuration, in its order. */
    public Collection<Tenant> configured() {
        return Collections.unmodifiableCollection(configured.values());
    }
}
