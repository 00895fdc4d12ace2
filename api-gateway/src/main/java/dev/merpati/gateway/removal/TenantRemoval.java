package dev.merpati.gateway.removal;

import dev.merpati.gateway.audit.AuditEvent;
import dev.merpati.gateway.audit.AuditLog;
import dev.merpati.gateway.tenant.TenantData;
import dev.merpati.gateway.tenant.TenantRecords;
import dev.merpati.gateway.web.Uncancellable;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.context.SmartLifecycle;
import org.springframework.stereotype.Component;
import reactor.core.Disposable;
import reactor.core.Disposables;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/**
 * Deletes tenants: WhatsApp devices are unlinked, files, keys, usage and the account removed. The tenant is marked first;
 * from then on all its keys and logins are refused. Whatever fails later is tried again by every gateway until nothing is
 * left, so that a gateway that dies half-way leaves nothing behind. Thread-safe.
 */
@Component
public class TenantRemoval implements SmartLifecycle {
    private static final Logger log = LoggerFactory.getLogger(TenantRemoval.class);

    private final TenantRecords records;
    private final List<TenantData> data;
    private final AuditLog audit;
    private final Duration interval;
    /** The tenants that this gateway is removing right now. */
    private final Set<String> underWay = ConcurrentHashMap.newKeySet();

    private final Disposable.Swap sweep = Disposables.swap();
    private volatile boolean running;

    TenantRemoval(TenantRecords records, List<TenantData> data, AuditLog audit, RemovalSettings settings) {
        this.records = records;
        this.data = data;
        this.audit = audit;
        this.interval = settings.removalInterval();
    }

    /**
     * Begins to delete a tenant; completes when it is refused everywhere. The rest is done in the background.
     *
     * @param event for the operator's audit log: the tenant's own goes with it
     */
    public Mono<Void> begin(String tenantId, AuditEvent event) {
        return Uncancellable.of(records.markForRemoval(tenantId)
                .then(audit.recordOperator(event))
                .then(Mono.fromRunnable(() -> remove(tenantId).subscribe())));
    }

    /** Removes what is left of a marked tenant; a failure is logged, and the next sweep goes on. */
    Mono<Void> remove(String tenantId) {
        return Mono.defer(() -> underWay.add(tenantId)
                ? Flux.fromIterable(data)
                        .concatMap(each -> each.removeAll(tenantId))
                        .then(records.remove(tenantId))
                        .doOnSuccess(done -> log.info("Tenant {} is deleted", tenantId))
                        .onErrorResume(failure -> {
                            log.warn("Tenant {} is not wholly deleted yet: {}", tenantId, failure.toString());
                            return Mono.empty();
                        })
                        .doFinally(end -> underWay.remove(tenantId))
                : Mono.empty());
    }

    @Override
    public void start() {
        running = true;
        sweep.update(Flux.interval(interval)
                .onBackpressureDrop()
                .concatMap(tick -> records.markedForRemoval()
                        .concatMap(this::remove)
                        .then()
                        .onErrorComplete()) // Redis is away: the next sweep will see.
                .subscribe());
    }

    @Override
    public void stop() {
        running = false;
        sweep.update(Disposables.disposed());
    }

    @Override
    public boolean isRunning() {
        return running;
    }
}
