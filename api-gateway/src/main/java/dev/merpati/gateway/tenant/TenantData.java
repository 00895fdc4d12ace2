package dev.merpati.gateway.tenant;

import reactor.core.publisher.Mono;

/** What a feature keeps of a tenant, to be removed when the tenant is deleted. */
public interface TenantData {
    /**
     * Removes all of it; may be called again after it failed half-way, or ended.
     *
     * <p>The tenant is already refused everywhere, so nothing new comes meanwhile.
     */
    Mono<Void> removeAll(String tenantId);
}
