package dev.merpati.gateway.account;

import dev.merpati.gateway.web.Uncancellable;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.stereotype.Component;
import reactor.core.publisher.Mono;

/** Lets people set a new password who can read the mails to their address. */
@Component
class PasswordReset {
    private static final Logger log = LoggerFactory.getLogger(PasswordReset.class);
    private static final Duration LIFE = Duration.ofHours(1);

    private final AccountStore accounts;
    private final PasswordRules rules;
    private final Passwords passwords;
    private final Attempts attempts;
    private final AccountMails mails;
    private final AccountAudit audit;
    private final Clock clock;

    PasswordReset(
            AccountStore accounts,
            PasswordRules rules,
            Passwords passwords,
            Attempts attempts,
            AccountMails mails,
            AccountAudit audit,
            Clock clock) {
        this.accounts = accounts;
        this.rules = rules;
        this.passwords = passwords;
        this.attempts = attempts;
        this.mails = mails;
        this.audit = audit;
        this.clock = clock;
    }

    /**
     * Sends a link to the address, if there is an account. That is looked for behind the answer, which so tells nothing by
     * its time; when it fails, whoever waits for the mail asks again.
     */
    Mono<Void> ask(String email, Visitor visitor) {
        return attempts.reset(visitor)
                .then(Mono.fromRunnable(() -> send(email, visitor)
                        .subscribe(
                                nothing -> {},
                                failure ->
                                        log.warn("A link to a new password cannot be made: {}", failure.toString()))));
    }

    private Mono<Void> send(String email, Visitor visitor) {
        return accounts.findByEmail(email)
                .filter(Account::isActive)
                .filterWhen(account -> attempts.mail(email))
                .flatMap(account -> {
                    MailedToken token = MailedToken.create(account.tenantId());
                    LinkedHashMap<String, String> change = new LinkedHashMap<>();
                    change.put(Account.RESET_TOKEN, token.stored(clock.instant().plus(LIFE)));
                    return accounts.change(account.tenantId(), Account.EMAIL, email, change)
                            .filter(changed -> changed)
                            .doOnNext(changed -> mails.resetPassword(email, account.locale(), token))
                            .then(audit.note(account, "password.reset-requested", visitor));
                });
    }

    /** Returns the account that a link of a mail is for; empty when the link has been used, replaced, or is too old. */
    Mono<Account> find(Optional<MailedToken> token) {
        Instant now = clock.instant();
        return Mono.justOrEmpty(token)
                .flatMap(each -> accounts.find(each.tenantId())
                        .filter(account -> account.isActive() && each.matches(account.resetToken(), now)));
    }

    /** Returns the key of what is wrong with a new password, for a message; empty when nothing is. */
    Mono<Optional<String>> objection(Account account, String password) {
        return attempts.ofAccount(account.tenantId(), "reset")
                .then(rules.objection(password, account.email(), account.name()));
    }

    /**
     * Sets the new password, ends all sessions, and takes the address as verified. The second factor stays.
     *
     * @param account as {@link #find} has found it
     * @return false when its link was used meanwhile
     */
    Mono<Boolean> reset(Account account, String password, Visitor visitor) {
        return passwords.hash(password).flatMap(hash -> {
            LinkedHashMap<String, String> change = new LinkedHashMap<>();
            change.put(Account.PASSWORD, hash);
            change.put(Account.VERSION, SecretTokens.random());
            change.put(Account.RESET_TOKEN, "");
            if (!account.isVerified()) {
                change.put(Account.EMAIL_VERIFIED_AT, String.valueOf(clock.millis()));
            }
            return Uncancellable.of(accounts.change(
                            account.tenantId(), Account.RESET_TOKEN, account.resetToken(), change)
                    .flatMap(changed -> {
                        if (!changed) {
                            return Mono.just(false);
                        }
                        mails.passwordChanged(account);
                        return audit.note(account, "password.reset", visitor).thenReturn(true);
                    }));
        });
    }
}
