package dev.merpati.gateway.account;

import dev.merpati.gateway.audit.AuditLog;
import dev.merpati.gateway.auth.TenantKeys;
import dev.merpati.gateway.page.PageController;
import dev.merpati.gateway.security.BrowserSession;
import dev.merpati.gateway.security.Logins;
import dev.merpati.gateway.security.SignedIn;
import dev.merpati.gateway.session.SessionExport;
import dev.merpati.gateway.usage.DailyUsage;
import dev.merpati.gateway.webhook.WebhookView;
import dev.merpati.gateway.webhook.Webhooks;
import java.time.Clock;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.springframework.http.ContentDisposition;
import org.springframework.http.HttpHeaders;
import org.springframework.http.MediaType;
import org.springframework.http.ResponseEntity;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.server.ServerWebExchange;
import reactor.core.publisher.Mono;
import tools.jackson.databind.json.JsonMapper;

/** Gives people everything that is stored of their account, but for what would open it: hashes, tokens, secrets. */
@PageController
class AccountExport {
    private final AccountStore accounts;
    private final SessionExport sessions;
    private final TenantKeys keys;
    private final Webhooks webhooks;
    private final BrowserSession browsers;
    private final DailyUsage usage;
    private final AuditLog auditLog;
    private final AccountAudit audit;
    private final JsonMapper json;
    private final Clock clock;

    AccountExport(
            AccountStore accounts,
            SessionExport sessions,
            TenantKeys keys,
            Webhooks webhooks,
            BrowserSession browsers,
            DailyUsage usage,
            AuditLog auditLog,
            AccountAudit audit,
            JsonMapper json,
            Clock clock) {
        this.accounts = accounts;
        this.sessions = sessions;
        this.keys = keys;
        this.webhooks = webhooks;
        this.browsers = browsers;
        this.usage = usage;
        this.auditLog = auditLog;
        this.audit = audit;
        this.json = json;
        this.clock = clock;
    }

    @GetMapping("/account/export")
    Mono<ResponseEntity<byte[]>> export(ServerWebExchange exchange) {
        return SignedIn.current()
                .flatMap(signedIn -> accounts.find(signedIn.tenantId()))
                .flatMap(account -> audit.note(account, "account.exported", Visitor.of(exchange))
                        .then(everything(account, exchange)))
                .map(all -> ResponseEntity.ok()
                        .contentType(MediaType.APPLICATION_JSON)
                        .header(
                                HttpHeaders.CONTENT_DISPOSITION,
                                ContentDisposition.attachment()
                                        .filename("merpati-account.json")
                                        .build()
                                        .toString())
                        .body(json.writerWithDefaultPrettyPrinter().writeValueAsBytes(all)));
    }

    private Mono<Map<String, Object>> everything(Account account, ServerWebExchange exchange) {
        String tenantId = account.tenantId();
        LocalDate today = LocalDate.ofInstant(clock.instant(), ZoneOffset.UTC);
        return Mono.zip(
                        sessions.read(tenantId),
                        keys.list(tenantId).map(AccountExport::keyOf).collectList(),
                        usage.read(tenantId, today.minusDays(DailyUsage.KEPT.toDays()), today),
                        auditLog.read(tenantId, null, AuditLog.KEPT).collectList(),
                        browsers.logins(exchange, tenantId).defaultIfEmpty(List.of()),
                        webhooks.list(tenantId))
                .map(parts -> {
                    Map<String, Object> all = new LinkedHashMap<>();
                    all.put("exportedAt", clock.instant().toString());
                    all.put("account", accountOf(account));
                    all.put("sessions", parts.getT1());
                    all.put("keys", parts.getT2());
                    all.put(
                            "webhooks",
                            parts.getT6().stream().map(AccountExport::webhookOf).toList());
                    all.put(
                            "usage",
                            parts.getT3().stream().filter(AccountExport::hasAny).toList());
                    all.put(
                            "logins",
                            parts.getT5().stream().map(AccountExport::loginOf).toList());
                    all.put("audit", parts.getT4());
                    return all;
                });
    }

    private static boolean hasAny(DailyUsage.Day day) {
        return day.messages() + day.media() + day.numberChecks() + day.failed() > 0;
    }

    private static Map<String, Object> accountOf(Account account) {
        Map<String, Object> fields = new LinkedHashMap<>();
        fields.put("id", account.tenantId());
        fields.put("name", account.name());
        fields.put("email", account.email());
        fields.put("createdAt", account.createdAt().toString());
        fields.put("emailVerifiedAt", text(account.emailVerifiedAt()));
        fields.put("pendingEmail", account.pendingEmail());
        fields.put("language", account.locale().toLanguageTag());
        fields.put("status", account.status());
        fields.put("twoStepLogin", account.hasSecondFactor());
        return fields;
    }

    private static Map<String, Object> loginOf(Logins.Entry login) {
        Map<String, Object> fields = new LinkedHashMap<>();
        fields.put("since", login.since().toString());
        fields.put("lastUsedAt", login.lastUsed().toString());
        fields.put("address", login.address());
        fields.put("browser", login.browser().browser());
        fields.put("system", login.browser().system());
        return fields;
    }

    private static Map<String, Object> keyOf(TenantKeys.UsedKey key) {
        Map<String, Object> fields = new LinkedHashMap<>();
        fields.put("keyId", key.record().keyId());
        fields.put("name", key.record().name());
        fields.put("test", key.record().test());
        fields.put("scopes", List.copyOf(TenantKeys.namesOf(key.record().scopes())));
        fields.put("createdAt", key.record().createdAt().toString());
        fields.put("createdBy", key.record().createdBy());
        fields.put("expiresAt", text(key.record().expiresAt()));
        fields.put("lastUsedAt", text(key.lastUsedAt()));
        return fields;
    }

    /** Of the headers only the names: a value may be a secret. */
    private static Map<String, Object> webhookOf(WebhookView webhook) {
        Map<String, Object> fields = new LinkedHashMap<>();
        fields.put("id", webhook.id());
        fields.put("url", webhook.url());
        fields.put("types", webhook.types());
        fields.put("sessionIds", webhook.sessionIds());
        fields.put("description", webhook.description());
        fields.put("headers", webhook.headerNames());
        fields.put("createdAt", webhook.createdAt().toString());
        fields.put("state", webhook.state());
        return fields;
    }

    private static @Nullable String text(@Nullable Instant instant) {
        return instant == null ? null : instant.toString();
    }
}
