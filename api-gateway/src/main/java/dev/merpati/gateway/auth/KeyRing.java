package dev.merpati.gateway.auth;

import dev.merpati.gateway.redis.RecordCache;
import dev.merpati.gateway.tenant.RecordChanges;
import dev.merpati.gateway.tenant.Tenant;
import dev.merpati.gateway.tenant.TenantSettings;
import dev.merpati.gateway.tenant.Tenants;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.Map;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.stereotype.Component;
import reactor.core.publisher.Mono;

/**
 * All API keys that this gateway accepts: those of the configuration, then those of Redis. Holds hashes only; compares in
 * constant time. A revoked key is refused by all gateways at once, or after {@link RecordCache#LIFE} when the notice of it
 * is lost. Thread-safe.
 */
@Component
class KeyRing {
    private static final Logger log = LoggerFactory.getLogger(KeyRing.class);
    private static final int CACHED = 100_000;

    /** How exact {@code lastUsedAt} is. */
    private static final Duration USE_NOTED_EVERY = Duration.ofMinutes(1);

    private final PepperSettings peppers;
    private final Tenants tenants;
    private final ApiKeyRecords records;
    private final Clock clock;
    private final Map<String, ApiKeyRecord> configured = new HashMap<>();
    private final RecordCache<ApiKeyRecord> cache = new RecordCache<>(CACHED);
    private final RecordCache<Instant> notedUses = new RecordCache<>(CACHED, USE_NOTED_EVERY);

    KeyRing(
            PepperSettings peppers,
            TenantSettings settings,
            Tenants tenants,
            ApiKeyRecords records,
            RecordChanges changes,
            Clock clock) {
        this.peppers = peppers;
        this.tenants = tenants;
        this.records = records;
        this.clock = clock;
        settings.tenants()
                .forEach((tenantId, tenant) -> tenant.keys()
                        .forEach((keyId, hash) -> configured.put(keyId, ofConfiguration(tenantId, keyId, hash))));
        changes.evict(RecordChanges.Kind.API_KEY, cache);
    }

    /** An API key, and the tenant that holds it. */
    record Holder(Tenant tenant, ApiKeyRecord key) {}

    /** Empty when the key is malformed, mistyped, unknown, expired or has another secret, or its tenant is gone. */
    Mono<Holder> holderOf(String apiKey) {
        return Mono.justOrEmpty(ApiKey.parse(apiKey))
                .flatMap(key -> find(key.keyId())
                        .filter(record -> record.test() == key.test())
                        .filter(record -> !record.isExpired(clock.instant()))
                        .filter(record -> hasSecret(record, key.secret()))
                        .flatMap(record -> tenants.find(record.tenantId())
                                .map(tenant -> new Holder(tenant, record))
                                .flatMap(holder -> used(record, key.secret()).thenReturn(holder))));
    }

    private Mono<ApiKeyRecord> find(String keyId) {
        ApiKeyRecord known = configured.get(keyId);
        return known != null ? Mono.just(known) : cache.get(keyId, records::find);
    }

    private boolean hasSecret(ApiKeyRecord record, String secret) {
        String pepper = peppers.apiKeyPeppers().get(record.pepper());
        if (pepper == null) {
            log.warn(
                    "API key {} was hashed with the pepper '{}', which is not under merpati.api-key-peppers",
                    record.keyId(),
                    record.pepper());
            return false;
        }
        return MessageDigest.isEqual(
                record.hash().getBytes(StandardCharsets.US_ASCII),
                ApiKeys.hash(secret, pepper).getBytes(StandardCharsets.US_ASCII));
    }

    /** Notes the use once a minute, and hashes with the active pepper what was hashed with another; the request does not wait. */
    private Mono<Void> used(ApiKeyRecord record, String secret) {
        if (configured.containsKey(record.keyId())) {
            return Mono.empty();
        }
        return notedUses
                .get(record.keyId(), keyId -> {
                    Instant now = clock.instant();
                    Mono<Void> note = records.used(record.tenantId(), keyId, now);
                    if (!record.pepper().equals(peppers.activeApiKeyPepper())) {
                        note = note.then(records.rehash(
                                record, peppers.activeApiKeyPepper(), ApiKeys.hash(secret, peppers.activePepper())));
                    }
                    note.subscribe(
                            done -> {}, failure -> log.debug("A key's use cannot be noted: {}", failure.toString()));
                    return Mono.just(now);
                })
                .then();
    }

    private static ApiKeyRecord ofConfiguration(String tenantId, String keyId, String hash) {
        return new ApiKeyRecord(
                keyId,
                tenantId,
                false,
                "from the configuration",
                Scope.ALL,
                PepperSettings.DEFAULT,
                hash,
                Instant.EPOCH,
                "configuration",
                null);
    }
}
