package dev.merpati.gateway.auth;

import dev.merpati.gateway.error.ApiError;
import java.net.URI;
import java.time.Clock;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.springframework.http.HttpStatus;
import org.springframework.http.MediaType;
import org.springframework.http.ResponseEntity;
import org.springframework.web.bind.annotation.DeleteMapping;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestAttribute;
import org.springframework.web.bind.annotation.RequestBody;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.RestController;
import org.springframework.web.server.ServerWebExchange;
import reactor.core.publisher.Mono;

/** The tenant's API keys. */
@RestController
@RequestMapping("/api/keys")
class KeyController {
    private final TenantKeys keys;
    private final Clock clock;

    KeyController(TenantKeys keys, Clock clock) {
        this.keys = keys;
        this.clock = clock;
    }

    /** A key without its secret. */
    record KeyView(
            String keyId,
            String name,
            boolean test,
            List<String> scopes,
            Instant createdAt,
            String createdBy,
            @Nullable Instant expiresAt,
            @Nullable Instant lastUsedAt) {
        static KeyView of(TenantKeys.UsedKey key) {
            ApiKeyRecord record = key.record();
            return new KeyView(
                    record.keyId(),
                    record.name(),
                    record.test(),
                    TenantKeys.namesOf(record.scopes()),
                    record.createdAt(),
                    record.createdBy(),
                    record.expiresAt(),
                    key.lastUsedAt());
        }
    }

    record KeyList(boolean success, List<KeyView> keys) {}

    /** @param apiKey the key itself, which cannot be had again */
    record Created(
            boolean success,
            String keyId,
            String apiKey,
            String name,
            boolean test,
            List<String> scopes,
            Instant createdAt,
            @Nullable Instant expiresAt,
            String message) {}

    record Done(boolean success, String message) {}

    @GetMapping
    Mono<KeyList> list(@RequestAttribute(TenantContext.ATTRIBUTE) TenantContext tenant) {
        return keys.list(tenant.tenantId()).map(KeyView::of).collectList().map(all -> new KeyList(true, all));
    }

    @PostMapping(consumes = MediaType.APPLICATION_JSON_VALUE)
    Mono<ResponseEntity<Created>> create(
            @RequestAttribute(TenantContext.ATTRIBUTE) TenantContext tenant,
            @RequestBody Mono<NewKeyRequest> body,
            ServerWebExchange exchange) {
        return body.map(request -> request.checked(clock.instant()))
                .flatMap(request -> keys.create(tenant.tenantId(), request, Actor.of(tenant, exchange)))
                .map(made -> ResponseEntity.created(
                                URI.create("/api/keys/" + made.record().keyId()))
                        .body(new Created(
                                true,
                                made.record().keyId(),
                                made.apiKey(),
                                made.record().name(),
                                made.record().test(),
                                TenantKeys.namesOf(made.record().scopes()),
                                made.record().createdAt(),
                                made.record().expiresAt(),
                                "Key created successfully. Store it now: it is not shown again.")));
    }

    @DeleteMapping("/{keyId}")
    Mono<Done> revoke(
            @RequestAttribute(TenantContext.ATTRIBUTE) TenantContext tenant,
            @PathVariable String keyId,
            ServerWebExchange exchange) {
        return keys.revoke(tenant.tenantId(), keyId, Actor.of(tenant, exchange))
                .thenReturn(new Done(true, "Key revoked successfully"));
    }

    static ApiError noSuchKey() {
        return ApiError.of(HttpStatus.NOT_FOUND, "key_not_found", "No such key: check the key id");
    }
}
