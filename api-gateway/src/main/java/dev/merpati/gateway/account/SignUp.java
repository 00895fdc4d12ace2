package dev.merpati.gateway.account;

import dev.merpati.gateway.tenant.Tenant;
import dev.merpati.gateway.tenant.TenantRecords;
import dev.merpati.gateway.tenant.TenantSettings;
import dev.merpati.gateway.web.Uncancellable;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import org.springframework.stereotype.Component;
import reactor.core.publisher.Mono;

/**
 * Creates accounts. Who asks learns nothing of whether the address has one already: the answer is the same, takes as long,
 * and is followed by a mail in both cases.
 *
 * <p>Where mails are delivered, an account is nobody's until its address is verified <em>with its password</em>. Until then whoever signs
 * up again takes it over, so that nobody can wait in an account that its owner has not made.
 */
@Component
class SignUp {
    /** Longer than all of it takes, the hash included, unless the machine is busy. */
    private static final Duration ANSWER_AFTER = Duration.ofMillis(400);

    static final Duration VERIFY_LIFE = Duration.ofDays(2);

    private final AccountStore accounts;
    private final PasswordRules rules;
    private final Passwords passwords;
    private final Attempts attempts;
    private final AccountMails mails;
    private final AccountAudit audit;
    private final AccountSettings settings;
    private final Clock clock;

    SignUp(
            AccountStore accounts,
            PasswordRules rules,
            Passwords passwords,
            Attempts attempts,
            AccountMails mails,
            AccountAudit audit,
            AccountSettings settings,
            TenantSettings tenants,
            Clock clock) {
        this.accounts = accounts;
        this.rules = rules;
        this.passwords = passwords;
        this.attempts = attempts;
        this.mails = mails;
        this.audit = audit;
        this.settings = settings;
        this.clock = clock;
        if (settings.signUp() && !tenants.plans().containsKey(settings.plan())) {
            throw new IllegalArgumentException("merpati.accounts.plan is '" + settings.plan()
                    + "', allowed are the names under merpati.plans: "
                    + tenants.plans().keySet());
        }
    }

    /**
     * Signs somebody up; completes with the same whether the address was free or not.
     *
     * @return the key of what is wrong with the password, for a message; empty when nothing is
     */
    Mono<Optional<String>> signUp(String name, String email, String password, Visitor visitor) {
        return attempts.signUp(visitor)
                .then(rules.objection(password, email, name))
                .flatMap(objection -> objection.isPresent()
                        ? Mono.just(objection)
                        : Mono.when(
                                        Uncancellable.of(passwords
                                                .hash(password)
                                                .flatMap(hash -> create(name, email, hash, visitor))),
                                        Mono.delay(ANSWER_AFTER))
                                .thenReturn(objection));
    }

    private Mono<Void> create(String name, String email, String hash, Visitor visitor) {
        String tenantId = SecretTokens.tenantId();
        Instant now = clock.instant();
        MailedToken token = MailedToken.create(tenantId);
        Map<String, String> fields = newAccount(name, settings.plan(), email, hash, visitor.locale(), now);
        if (mails.verify()) {
            fields.put(Account.VERIFY_TOKEN, token.stored(now.plus(VERIFY_LIFE)));
        } else {
            fields.put(Account.EMAIL_VERIFIED_AT, String.valueOf(now.toEpochMilli()));
        }
        return accounts.create(tenantId, email, fields, now).flatMap(created -> {
            if (!created) {
                return accounts.findByEmail(email).flatMap(account -> again(account, name, hash, visitor));
            }
            return audit.note(tenantId, email, "account.created", "", visitor.address())
                    .then(mails.verify() ? attempts.mail(email) : Mono.just(false))
                    .doOnNext(allowed -> {
                        if (allowed) {
                            mails.verifyAddress(email, visitor.locale(), token);
                        }
                    })
                    .then();
        });
    }

    /** Returns the fields of a new account and its tenant. */
    static Map<String, String> newAccount(
            String name, String plan, String email, String hash, Locale locale, Instant now) {
        Map<String, String> fields = new LinkedHashMap<>();
        fields.put(TenantRecords.NAME, name);
        fields.put(TenantRecords.PLAN, plan);
        fields.put(TenantRecords.STATUS, TenantRecords.wireName(Tenant.Status.ACTIVE));
        fields.put(Account.EMAIL, email);
        fields.put(Account.PASSWORD, hash);
        fields.put(Account.VERSION, SecretTokens.random());
        fields.put(Account.CREATED_AT, String.valueOf(now.toEpochMilli()));
        fields.put(Account.LOCALE, locale.toLanguageTag());
        return fields;
    }

    private Mono<Void> again(Account account, String name, String hash, Visitor visitor) {
        if (account.isVerified()) {
            return attempts.mail(account.email())
                    .doOnNext(allowed -> {
                        if (allowed) {
                            mails.accountExists(account.email(), account.locale());
                        }
                    })
                    .then();
        }
        MailedToken token = MailedToken.create(account.tenantId());
        LinkedHashMap<String, String> change = new LinkedHashMap<>();
        change.put(Account.PASSWORD, hash);
        change.put(Account.VERSION, SecretTokens.random());
        change.put(TenantRecords.NAME, name);
        change.put(Account.VERIFY_TOKEN, token.stored(clock.instant().plus(VERIFY_LIFE)));
        return attempts.mail(account.email())
                .filter(allowed -> allowed)
                .flatMap(allowed ->
                        accounts.change(account.tenantId(), Account.PASSWORD, account.passwordHash(), change))
                .filter(changed -> changed)
                .doOnNext(changed -> mails.verifyAddress(account.email(), visitor.locale(), token))
                .then();
    }
}
