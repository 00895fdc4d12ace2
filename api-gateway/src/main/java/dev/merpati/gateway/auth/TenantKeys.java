package dev.merpati.gateway.auth;

import dev.merpati.gateway.audit.AuditEvent;
import dev.merpati.gateway.audit.AuditLog;
import dev.merpati.gateway.error.ApiError;
import dev.merpati.gateway.tenant.TenantData;
import dev.merpati.gateway.tenant.Tenants;
import dev.merpati.gateway.web.Uncancellable;
import java.time.Clock;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Set;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.springframework.http.HttpStatus;
import org.springframework.stereotype.Component;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/** Makes, lists and revokes the API keys of a tenant. Those of the configuration are not among them. */
@Component
public class TenantKeys implements TenantData {
    public static final int MAX_NAME_LENGTH = 100;

    /** More than anybody needs, few enough to be listed on one page. */
    public static final int MAX_KEYS = 50;

    private static final Pattern KEY_ID = Pattern.compile("[a-z0-9]{" + ApiKey.KEY_ID_LENGTH + "}");

    private final ApiKeyRecords records;
    private final PepperSettings peppers;
    private final TestKeySettings testKeys;
    private final Tenants tenants;
    private final AuditLog audit;
    private final Clock clock;

    TenantKeys(
            ApiKeyRecords records,
            PepperSettings peppers,
            TestKeySettings testKeys,
            Tenants tenants,
            AuditLog audit,
            Clock clock) {
        this.records = records;
        this.peppers = peppers;
        this.testKeys = testKeys;
        this.tenants = tenants;
        this.audit = audit;
        this.clock = clock;
    }

    /**
     * A key to be made.
     *
     * @param expiresAt null for never
     * @param test whether it is to reach only the simulator
     */
    public record NewKey(
            String name, Set<Scope> scopes, @Nullable Instant expiresAt, boolean test) {}

    /** A key that was just made, with its secret. */
    public record MadeKey(ApiKeyRecord record, String apiKey) {
        @Override
        public String toString() {
            return "MadeKey[" + record + "]";
        }
    }

    /** @param lastUsedAt exact to a minute; null when it never was */
    public record UsedKey(ApiKeyRecord record, @Nullable Instant lastUsedAt) {}

    /** Whether test keys can be made here. */
    public boolean testKeysAllowed() {
        return testKeys.testKeys();
    }

    /** Makes a key; an error when the tenant has as many as it may, or cannot have keys of its own. */
    public Mono<MadeKey> create(String tenantId, NewKey wanted, Actor actor) {
        if (tenants.isConfigured(tenantId)) {
            return Mono.error(ofConfiguration().exception());
        }
        if (wanted.test() && !testKeys.testKeys()) {
            return Mono.error(noTestKeys().exception());
        }
        ApiKeys.GeneratedKey made = ApiKeys.generate(peppers.activePepper(), wanted.test());
        ApiKeyRecord record = new ApiKeyRecord(
                made.keyId(),
                tenantId,
                wanted.test(),
                wanted.name(),
                wanted.scopes(),
                peppers.activeApiKeyPepper(),
                made.hash(),
                clock.instant().truncatedTo(ChronoUnit.MILLIS),
                actor.name(),
                wanted.expiresAt());
        return Uncancellable.of(records.add(record, MAX_KEYS)
                .flatMap(added -> added
                        ? audit.record(tenantId, actor.did("key.created", wanted.name()))
                                .thenReturn(new MadeKey(record, made.key()))
                        : Mono.error(tooMany().exception())));
    }

    /** Adds a key that was made elsewhere, unless it is there; hashed with the default pepper, good for everything. */
    public Mono<Void> adopt(String tenantId, String keyId, String hash) {
        ApiKeyRecord record = new ApiKeyRecord(
                keyId,
                tenantId,
                false,
                "First key",
                Scope.ALL,
                PepperSettings.DEFAULT,
                hash,
                clock.instant().truncatedTo(ChronoUnit.MILLIS),
                AuditEvent.SYSTEM,
                null);
        return records.find(keyId)
                .hasElement()
                .flatMap(there ->
                        there ? Mono.empty() : records.add(record, MAX_KEYS).then());
    }

    /** Lists the tenant's keys, oldest first. */
    public Flux<UsedKey> list(String tenantId) {
        return records.uses(tenantId)
                .flatMapMany(uses ->
                        records.list(tenantId).map(record -> new UsedKey(record, uses.get(record.keyId()))));
    }

    /** Revokes a key: from then on every gateway refuses it. An error of 404 when the tenant has no such key. */
    public Mono<Void> revoke(String tenantId, String keyId, Actor actor) {
        return Mono.just(keyId)
                .filter(id -> KEY_ID.matcher(id).matches())
                .flatMap(records::find)
                .filter(record -> record.tenantId().equals(tenantId))
                .switchIfEmpty(Mono.error(() -> KeyController.noSuchKey().exception()))
                .flatMap(record -> Uncancellable.of(records.remove(tenantId, keyId)
                        .then(audit.record(tenantId, actor.did("key.revoked", record.name())))));
    }

    @Override
    public Mono<Void> removeAll(String tenantId) {
        return records.list(tenantId)
                .concatMap(record -> records.remove(tenantId, record.keyId()))
                .then(records.removeIndex(tenantId));
    }

    private static ApiError tooMany() {
        return ApiError.of(
                HttpStatus.CONFLICT,
                "key_limit_reached",
                "You have " + MAX_KEYS + " keys, which is the most there can be: revoke one that is not used");
    }

    private static ApiError ofConfiguration() {
        return ApiError.of(
                HttpStatus.CONFLICT,
                "account_from_configuration",
                "This account is part of the installation's configuration: its operator adds keys there");
    }

    private static ApiError noTestKeys() {
        return ApiError.of(
                HttpStatus.CONFLICT,
                "test_keys_unavailable",
                "This service runs no simulator that a test key could reach: make a live key");
    }

    /** Names the scopes of a key, in a stable order. */
    public static List<String> namesOf(Set<Scope> scopes) {
        return scopes.stream().sorted().map(Scope::wireName).toList();
    }
}
