package dev.merpati.gateway.operator;

import dev.merpati.gateway.account.SecondFactor;
import dev.merpati.gateway.audit.AuditEntry;
import dev.merpati.gateway.audit.AuditEvent;
import dev.merpati.gateway.audit.AuditLog;
import dev.merpati.gateway.auth.Actor;
import dev.merpati.gateway.error.ApiError;
import dev.merpati.gateway.error.Errors;
import dev.merpati.gateway.removal.TenantRemoval;
import dev.merpati.gateway.tenant.Tenant;
import dev.merpati.gateway.tenant.TenantRecords;
import dev.merpati.gateway.tenant.TenantSettings;
import dev.merpati.gateway.tenant.Tenants;
import dev.merpati.gateway.usage.PlanUsage;
import java.time.Instant;
import java.util.List;
import java.util.TreeSet;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.springframework.http.HttpStatus;
import org.springframework.http.MediaType;
import org.springframework.http.ResponseEntity;
import org.springframework.web.bind.annotation.DeleteMapping;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PatchMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestBody;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.bind.annotation.RestController;
import org.springframework.web.server.ServerWebExchange;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/** Lists, changes, suspends and deletes tenants on behalf of the installation's operator. */
@RestController
@RequestMapping("/operator")
class OperatorController {
    private static final int PAGE = 50;
    private static final Pattern DIGITS = Pattern.compile("[0-9]{1,12}");

    private final Tenants tenants;
    private final TenantRecords records;
    private final TenantSettings settings;
    private final TenantRemoval removal;
    private final PlanUsage usage;
    private final SecondFactor secondFactor;
    private final AuditLog audit;

    OperatorController(
            Tenants tenants,
            TenantRecords records,
            TenantSettings settings,
            TenantRemoval removal,
            PlanUsage usage,
            SecondFactor secondFactor,
            AuditLog audit) {
        this.tenants = tenants;
        this.records = records;
        this.settings = settings;
        this.removal = removal;
        this.usage = usage;
        this.secondFactor = secondFactor;
        this.audit = audit;
    }

    /** @param source {@code account} for one that has signed up, {@code configuration} for one that is configured */
    record TenantView(String id, String name, String plan, String status, String source) {
        static TenantView of(Tenant tenant) {
            return new TenantView(
                    tenant.id(),
                    tenant.name(),
                    tenant.planName(),
                    TenantRecords.wireName(tenant.status()),
                    tenant.configured() ? "configuration" : "account");
        }
    }

    /** @param nextCursor null on the last page */
    record TenantList(
            boolean success,
            long total,
            List<TenantView> tenants,
            @Nullable String nextCursor) {}

    record One(
            boolean success,
            TenantView tenant,
            PlanUsage.Amounts limits,
            PlanUsage.Amounts usage,
            PlanUsage.ResetTimes resetsAt) {}

    record Changed(boolean success, TenantView tenant) {}

    record Done(boolean success, String message) {}

    record PlanRequest(@Nullable String plan) {}

    record EntryView(String id, Instant at, String actor, String action, String subject, String address) {
        static EntryView of(AuditEntry entry) {
            AuditEvent event = entry.event();
            return new EntryView(
                    entry.id(), entry.at(), event.actor(), event.action(), event.subject(), event.address());
        }
    }

    /** @param nextCursor null on the last page */
    record Log(
            boolean success,
            List<EntryView> entries,
            @Nullable String nextCursor) {}

    /** The tenants with accounts, newest first; those of the configuration come before them, on the first page. */
    @GetMapping("/tenants")
    Mono<TenantList> list(@RequestParam(required = false) @Nullable String cursor) {
        long offset = offsetOf(cursor);
        Flux<Tenant> configured = offset == 0 ? Flux.fromIterable(tenants.configured()) : Flux.empty();
        return records.count()
                .flatMap(total -> configured
                        .concatWith(records.page(offset, PAGE).concatMap(records::find))
                        .map(TenantView::of)
                        .collectList()
                        .map(page -> new TenantList(
                                true,
                                total + tenants.configured().size(),
                                page,
                                offset + PAGE < total ? String.valueOf(offset + PAGE) : null)));
    }

    @GetMapping("/tenants/{tenantId}")
    Mono<One> get(@PathVariable String tenantId) {
        return find(tenantId)
                .flatMap(usage::read)
                .map(standing -> new One(
                        true,
                        TenantView.of(standing.tenant()),
                        standing.limits(),
                        standing.used(),
                        standing.resetsAt()));
    }

    @PatchMapping(path = "/tenants/{tenantId}", consumes = MediaType.APPLICATION_JSON_VALUE)
    Mono<Changed> changePlan(
            @PathVariable String tenantId, @RequestBody PlanRequest request, ServerWebExchange exchange) {
        String plan = request.plan();
        if (plan == null || !settings.plans().containsKey(plan)) {
            return Mono.error(Errors.invalidField(
                            "plan",
                            plan == null ? "null" : "'" + shortened(plan) + "'",
                            "one of " + new TreeSet<>(settings.plans().keySet()))
                    .exception());
        }
        return account(tenantId)
                .flatMap(tenant -> records.changePlan(tenantId, plan)
                        .then(note(tenantId, "plan.changed", tenant.planName() + " to " + plan, exchange)))
                .then(changed(tenantId));
    }

    @PostMapping("/tenants/{tenantId}/suspend")
    Mono<Changed> suspend(@PathVariable String tenantId, ServerWebExchange exchange) {
        return account(tenantId)
                .flatMap(tenant -> records.changeStatus(tenantId, Tenant.Status.SUSPENDED)
                        .then(note(tenantId, "tenant.suspended", tenant.name(), exchange)))
                .then(changed(tenantId));
    }

    @PostMapping("/tenants/{tenantId}/resume")
    Mono<Changed> resume(@PathVariable String tenantId, ServerWebExchange exchange) {
        return account(tenantId)
                .flatMap(tenant -> records.changeStatus(tenantId, Tenant.Status.ACTIVE)
                        .then(note(tenantId, "tenant.resumed", tenant.name(), exchange)))
                .then(changed(tenantId));
    }

    /** Answers as soon as the tenant is refused everywhere; its sessions and data go in the background. */
    @DeleteMapping("/tenants/{tenantId}")
    Mono<ResponseEntity<Done>> delete(@PathVariable String tenantId, ServerWebExchange exchange) {
        return account(tenantId)
                .flatMap(tenant -> removal.begin(
                        tenantId, operator(exchange).did("tenant.deleted", tenantId + " " + tenant.name())))
                .thenReturn(ResponseEntity.accepted()
                        .body(new Done(
                                true, "The tenant is refused from now on; its sessions and data are being deleted")));
    }

    /** For an owner who has lost phone and recovery codes, once the operator knows who asks. Ends all logins. */
    @DeleteMapping("/tenants/{tenantId}/second-factor")
    Mono<Done> resetSecondFactor(@PathVariable String tenantId, ServerWebExchange exchange) {
        return account(tenantId)
                .flatMap(tenant -> secondFactor
                        .reset(tenantId)
                        .flatMap(reset -> reset
                                ? note(tenantId, "second-factor.reset", tenant.name(), exchange)
                                : Mono.error(noSecondFactor().exception())))
                .thenReturn(new Done(true, "The password alone is enough for the next login; all logins have ended"));
    }

    @GetMapping("/tenants/{tenantId}/audit")
    Mono<Log> auditOf(@PathVariable String tenantId, @RequestParam(required = false) @Nullable String cursor) {
        return find(tenantId).flatMap(tenant -> log(audit.read(tenantId, cursor, PAGE)));
    }

    /** The log of what the operator has done. */
    @GetMapping("/audit")
    Mono<Log> audit(@RequestParam(required = false) @Nullable String cursor) {
        return log(audit.readOperator(cursor, PAGE));
    }

    private static Mono<Log> log(Flux<AuditEntry> entries) {
        return entries.map(EntryView::of)
                .collectList()
                .map(page -> new Log(
                        true, page, page.size() < PAGE ? null : page.getLast().id()));
    }

    private Mono<Tenant> find(String tenantId) {
        Mono<Tenant> found = tenants.isConfigured(tenantId) ? tenants.find(tenantId) : records.find(tenantId);
        return found.switchIfEmpty(Mono.error(() -> noSuchTenant().exception()));
    }

    /** Finds a tenant that can be changed. */
    private Mono<Tenant> account(String tenantId) {
        return find(tenantId).flatMap(tenant -> {
            if (tenant.configured()) {
                return Mono.error(ofConfiguration().exception());
            }
            return tenant.status() == Tenant.Status.DELETING
                    ? Mono.error(noSuchTenant().exception())
                    : Mono.just(tenant);
        });
    }

    private Mono<Changed> changed(String tenantId) {
        return Mono.defer(() -> find(tenantId)).map(tenant -> new Changed(true, TenantView.of(tenant)));
    }

    private Mono<Void> note(String tenantId, String action, String subject, ServerWebExchange exchange) {
        Actor operator = operator(exchange);
        return audit.record(tenantId, operator.did(action, subject))
                .then(audit.recordOperator(operator.did(action, tenantId + " " + subject)));
    }

    private static Actor operator(ServerWebExchange exchange) {
        return Actor.named(AuditEvent.OPERATOR, exchange);
    }

    private static long offsetOf(@Nullable String cursor) {
        if (cursor == null || cursor.isEmpty()) {
            return 0;
        }
        if (!DIGITS.matcher(cursor).matches()) {
            throw Errors.invalidField("cursor", "something else", "the nextCursor of an earlier page")
                    .exception();
        }
        return Long.parseLong(cursor);
    }

    private static String shortened(String text) {
        return text.length() <= 40 ? text : text.substring(0, 40) + "…";
    }

    private static ApiError noSuchTenant() {
        return ApiError.of(HttpStatus.NOT_FOUND, "tenant_not_found", "No such tenant: check the tenant id");
    }

    private static ApiError noSecondFactor() {
        return ApiError.of(
                HttpStatus.NOT_FOUND,
                "second_factor_not_found",
                "The account of this tenant has no second factor: check the tenant id");
    }

    private static ApiError ofConfiguration() {
        return ApiError.of(
                HttpStatus.CONFLICT,
                "account_from_configuration",
                "This tenant is part of the installation's configuration: change it there");
    }
}
