package dev.merpati.gateway.account;

import dev.merpati.gateway.security.Logins;
import dev.merpati.gateway.tenant.TenantRecords;
import dev.merpati.gateway.web.Uncancellable;
import java.time.Clock;
import java.util.LinkedHashMap;
import org.springframework.stereotype.Component;
import reactor.core.publisher.Mono;

/** What people change of their own account. */
@Component
class AccountChanges {
    private final AccountStore accounts;
    private final AddressVerification verification;
    private final Passwords passwords;
    private final Logins logins;
    private final Attempts attempts;
    private final AccountMails mails;
    private final AccountAudit audit;
    private final Clock clock;

    AccountChanges(
            AccountStore accounts,
            AddressVerification verification,
            Passwords passwords,
            Logins logins,
            Attempts attempts,
            AccountMails mails,
            AccountAudit audit,
            Clock clock) {
        this.accounts = accounts;
        this.verification = verification;
        this.passwords = passwords;
        this.logins = logins;
        this.attempts = attempts;
        this.mails = mails;
        this.audit = audit;
        this.clock = clock;
    }

    /** Whether it is the account's password; an error of 429 when it was tried too often. */
    Mono<Boolean> isPassword(Account account, String password) {
        return attempts.ofAccount(account.tenantId(), "password")
                .then(passwords.matches(password, account.passwordHash()));
    }

    Mono<Void> rename(Account account, String name, Visitor visitor) {
        LinkedHashMap<String, String> change = new LinkedHashMap<>();
        change.put(TenantRecords.NAME, name);
        return Uncancellable.of(accounts.change(account.tenantId(), Account.EMAIL, account.email(), change)
                .then(audit.note(account, "account.renamed", visitor)));
    }

    /** Sets a new password and ends all sessions. Returns the credential version from now on. */
    Mono<String> changePassword(Account account, String password, Visitor visitor) {
        return passwords.hash(password).flatMap(hash -> {
            String version = SecretTokens.random();
            LinkedHashMap<String, String> change = new LinkedHashMap<>();
            change.put(Account.PASSWORD, hash);
            change.put(Account.VERSION, version);
            change.put(Account.RESET_TOKEN, "");
            return Uncancellable.of(accounts.change(
                            account.tenantId(), Account.PASSWORD, account.passwordHash(), change)
                    .filter(changed -> changed)
                    .flatMap(changed -> {
                        mails.passwordChanged(account);
                        return audit.note(account, "password.changed", visitor).thenReturn(version);
                    }));
        });
    }

    /** Ends a login, as {@link Logins#list} names it; one that is already over is no error. */
    Mono<Void> endLogin(Account account, String handle, Visitor visitor) {
        return Uncancellable.of(logins.endOne(account.tenantId(), handle)
                .flatMap(ended -> ended ? audit.note(account, "login.ended", visitor) : Mono.empty()));
    }

    /**
     * Ends all logins, also such as are not listed, by a new version of the credentials.
     *
     * @return that version, with which the asking browser goes on
     */
    Mono<String> endOtherLogins(Account account, Visitor visitor) {
        String version = SecretTokens.random();
        LinkedHashMap<String, String> change = new LinkedHashMap<>();
        change.put(Account.VERSION, version);
        return Uncancellable.of(accounts.change(account.tenantId(), Account.PASSWORD, account.passwordHash(), change)
                .filter(changed -> changed)
                .flatMap(changed -> audit.note(account, "logins.ended", visitor).thenReturn(version)));
    }

    /**
     * Gives the account another address: at once, or where mails are delivered, once it is verified. Completes with the same when
     * it is somebody else's; then its owner gets a mail, and it cannot be verified.
     *
     * @return whether it has to be verified
     */
    Mono<Boolean> changeEmail(Account account, String email, Visitor visitor) {
        if (!mails.verify()) {
            LinkedHashMap<String, String> change = new LinkedHashMap<>();
            change.put(Account.EMAIL_VERIFIED_AT, String.valueOf(clock.millis()));
            return Uncancellable.of(
                            verification.moveTo(email, account, Account.EMAIL, account.email(), change, visitor))
                    .thenReturn(false);
        }
        MailedToken token = MailedToken.create(account.tenantId());
        LinkedHashMap<String, String> change = new LinkedHashMap<>();
        change.put(Account.VERIFY_TOKEN, token.stored(clock.instant().plus(SignUp.VERIFY_LIFE)));
        change.put(Account.PENDING_EMAIL, email);
        Mono<Void> asked = accounts.change(account.tenantId(), Account.PASSWORD, account.passwordHash(), change)
                .filter(changed -> changed)
                .flatMap(changed -> accounts.findByEmail(email).hasElement().doOnNext(taken -> {
                    if (taken) {
                        mails.accountExists(email, account.locale());
                    } else {
                        mails.verifyAddress(email, account.locale(), token);
                    }
                }))
                .then(audit.note(
                        account.tenantId(), account.email(), "email.change-requested", email, visitor.address()));
        return attempts.mail(email)
                .flatMap(allowed -> allowed ? Uncancellable.of(asked).thenReturn(true) : Mono.just(true));
    }
}
