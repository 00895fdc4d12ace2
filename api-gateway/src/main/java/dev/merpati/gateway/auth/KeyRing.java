package dev.merpati.gateway.auth;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.stereotype.Component;

/** All keys that this gateway accepts. Holds hashes only; compares in constant time. */
@Component
final class KeyRing {
    private static final Logger log = LoggerFactory.getLogger(KeyRing.class);

    private final String pepper;
    private final Map<String, Entry> entries = new HashMap<>();

    KeyRing(AccessSettings access) {
        this.pepper = access.apiKeyPepper();
        access.tenants().forEach((tenantId, tenant) -> {
            Plan plan = access.plans().get(tenant.plan());
            if (plan == null) {
                throw new IllegalStateException("merpati.tenants." + tenantId + ".plan was not checked");
            }
            tenant.keys().forEach((keyId, hash) -> entries.put(keyId, new Entry(tenantId, plan, hash)));
        });
        if (entries.isEmpty()) {
            log.warn("No API keys under merpati.tenants: every request will be answered with 401");
        }
    }

    /** Empty when the key is malformed, mistyped, unknown or has another secret. */
    Optional<Holder> holderOf(String apiKey) {
        return ApiKey.parse(apiKey).flatMap(key -> {
            Entry entry = entries.get(key.keyId());
            return entry != null && isSame(entry.hash(), ApiKeys.hash(key.secret(), pepper))
                    ? Optional.of(new Holder(entry.tenantId(), key.keyId(), entry.plan()))
                    : Optional.empty();
        });
    }

    private static boolean isSame(String known, String found) {
        return MessageDigest.isEqual(
                known.getBytes(StandardCharsets.US_ASCII), found.getBytes(StandardCharsets.US_ASCII));
    }

    record Holder(String tenantId, String keyId, Plan plan) {}

    private record Entry(String tenantId, Plan plan, String hash) {}
}
