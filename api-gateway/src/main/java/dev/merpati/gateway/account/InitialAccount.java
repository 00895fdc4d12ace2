package dev.merpati.gateway.account;

import dev.merpati.gateway.audit.AuditEvent;
import dev.merpati.gateway.auth.TenantKeys;
import dev.merpati.gateway.tenant.TenantSettings;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Locale;
import java.util.Map;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.context.SmartLifecycle;
import org.springframework.stereotype.Component;
import reactor.core.Disposable;
import reactor.core.Disposables;
import reactor.core.publisher.Mono;
import reactor.util.retry.Retry;

/** Makes the account of the settings, if it is not there; tries until Redis has answered, and holds up nothing. */
@Component
class InitialAccount implements SmartLifecycle {
    private static final Logger log = LoggerFactory.getLogger(InitialAccount.class);
    private static final Duration PAUSE = Duration.ofSeconds(1);
    private static final Duration LONGEST_PAUSE = Duration.ofSeconds(10);

    private final InitialAccountSettings settings;
    private final AccountStore accounts;
    private final PasswordRules rules;
    private final Passwords passwords;
    private final TenantKeys keys;
    private final AccountAudit audit;
    private final Clock clock;
    private final Disposable.Swap work = Disposables.swap();
    private volatile boolean running;

    InitialAccount(
            InitialAccountSettings settings,
            TenantSettings tenants,
            AccountStore accounts,
            PasswordRules rules,
            Passwords passwords,
            TenantKeys keys,
            AccountAudit audit,
            Clock clock) {
        this.settings = settings;
        this.accounts = accounts;
        this.rules = rules;
        this.passwords = passwords;
        this.keys = keys;
        this.audit = audit;
        this.clock = clock;
        String tenantId = settings.tenantId();
        if (tenantId != null && !tenants.plans().containsKey(settings.plan())) {
            throw new IllegalArgumentException("merpati.accounts.initial.plan is '" + settings.plan()
                    + "', allowed are the names under merpati.plans: "
                    + tenants.plans().keySet());
        }
        if (tenantId != null && tenants.tenants().containsKey(tenantId)) {
            throw new IllegalArgumentException("merpati.accounts.initial.tenant-id is '" + tenantId
                    + "', which is a tenant under merpati.tenants: those have no accounts");
        }
    }

    @Override
    public void start() {
        running = true;
        String tenantId = settings.tenantId();
        if (tenantId != null) {
            work.update(ensure(tenantId)
                    .retryWhen(Retry.backoff(Long.MAX_VALUE, PAUSE).maxBackoff(LONGEST_PAUSE))
                    .subscribe());
        }
    }

    private Mono<Void> ensure(String tenantId) {
        Mono<Void> made =
                accounts.find(tenantId).hasElement().flatMap(there -> there ? Mono.empty() : create(tenantId));
        String keyId = settings.apiKeyId();
        String keyHash = settings.apiKeyHash();
        return keyId == null || keyHash == null ? made : made.then(keys.adopt(tenantId, keyId, keyHash));
    }

    private Mono<Void> create(String tenantId) {
        String email = EmailAddress.normalize(settings.email());
        return rules.objection(settings.password(), email, settings.name()).flatMap(objection -> {
            if (objection.isPresent()) {
                log.error("The account of merpati.accounts.initial is not made: its password is easily guessed");
                return Mono.empty();
            }
            return create(tenantId, email);
        });
    }

    private Mono<Void> create(String tenantId, String email) {
        return passwords.hash(settings.password()).flatMap(hash -> {
            Instant now = clock.instant();
            Map<String, String> fields =
                    SignUp.newAccount(settings.name(), settings.plan(), email, hash, Locale.ENGLISH, now);
            fields.put(Account.EMAIL_VERIFIED_AT, String.valueOf(now.toEpochMilli()));
            return accounts.create(tenantId, email, fields, now).flatMap(created -> {
                if (!created) {
                    log.warn("The account of merpati.accounts.initial is not made: its e-mail address has one already");
                    return Mono.empty();
                }
                log.info("Tenant {} has an account now", tenantId);
                return audit.note(tenantId, AuditEvent.SYSTEM, "account.created", "", "");
            });
        });
    }

    @Override
    public void stop() {
        running = false;
        work.dispose();
    }

    @Override
    public boolean isRunning() {
        return running;
    }
}
