package dev.merpati.gateway.auth;

import dev.merpati.gateway.error.ApiError;
import dev.merpati.gateway.error.Errors;
import dev.merpati.gateway.json.JsonFields;
import java.net.URI;
import java.time.Clock;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
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
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.JsonNodeFactory;

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
            @RequestBody(required = false) Mono<JsonNode> body,
            ServerWebExchange exchange) {
        return body.defaultIfEmpty(JsonNodeFactory.instance.objectNode())
                .map(this::requestOf)
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

    private TenantKeys.NewKey requestOf(JsonNode body) {
        JsonFields fields = JsonFields.of(body);
        String name = fields.text("name").orElse("").strip();
        if (name.isEmpty()) {
            throw Errors.missingFields("Key name is required").exception();
        }
        int length = name.codePointCount(0, name.length());
        if (length > TenantKeys.MAX_NAME_LENGTH) {
            throw Errors.invalidField(
                            "name", length + " characters", "1 to " + TenantKeys.MAX_NAME_LENGTH + " characters")
                    .exception();
        }
        return new TenantKeys.NewKey(
                name,
                fields.array("scopes").map(KeyController::scopesOf).orElse(Scope.ALL),
                fields.text("expiresAt").map(this::futureOf).orElse(null),
                fields.flag("test").orElse(false));
    }

    private static Set<Scope> scopesOf(List<JsonNode> elements) {
        Set<Scope> scopes = EnumSet.noneOf(Scope.class);
        for (int i = 0; i < elements.size(); i++) {
            JsonNode element = elements.get(i);
            String field = "scopes[" + i + "]";
            String found =
                    element.isString() ? "'" + shortened(element.stringValue()) + "'" : JsonFields.nameOf(element);
            scopes.add(Scope.ofWireName(element.isString() ? element.stringValue() : "")
                    .orElseThrow(() -> Errors.invalidField(field, found, "one of " + String.join(", ", allScopes()))
                            .exception()));
        }
        if (scopes.isEmpty()) {
            throw Errors.invalidField("scopes", "an empty array", "one or more of " + String.join(", ", allScopes()))
                    .exception();
        }
        return scopes;
    }

    private Instant futureOf(String text) {
        try {
            Instant time = OffsetDateTime.parse(text).toInstant();
            if (time.isAfter(clock.instant())) {
                return time;
            }
        } catch (DateTimeException e) {
            // Answered below.
        }
        throw Errors.invalidField(
                        "expiresAt",
                        "'" + shortened(text) + "'",
                        "a time in the future with its offset, such as 2027-01-31T00:00:00Z")
                .exception();
    }

    private static String shortened(String text) {
        return text.length() <= 40 ? text : text.substring(0, 40) + "…";
    }

    private static List<String> allScopes() {
        return TenantKeys.namesOf(EnumSet.allOf(Scope.class));
    }

    static ApiError noSuchKey() {
        return ApiError.of(HttpStatus.NOT_FOUND, "key_not_found", "No such key: check the key id");
    }
}
