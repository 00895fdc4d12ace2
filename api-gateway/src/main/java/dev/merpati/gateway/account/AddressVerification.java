package dev.merpati.gateway.account;

import dev.merpati.gateway.web.Uncancellable;
import java.time.Clock;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.Optional;
import java.util.SequencedMap;
import org.jspecify.annotations.Nullable;
import org.springframework.stereotype.Component;
import reactor.core.publisher.Mono;

/**
 * Verifies that the owner of an account reads the mails to its address: by the link that was sent there, and the password,
 * which only the one who made the account knows.
 */
@Component
class AddressVerification {
    private final AccountStore accounts;
    private final EmailIndex emails;
    private final Passwords passwords;
    private final Attempts attempts;
    private final AccountMails mails;
    private final AccountAudit audit;
    private final Clock clock;

    AddressVerification(
            AccountStore accounts,
            EmailIndex emails,
            Passwords passwords,
            Attempts attempts,
            AccountMails mails,
            AccountAudit audit,
            Clock clock) {
        this.accounts = accounts;
        this.emails = emails;
        this.passwords = passwords;
        this.attempts = attempts;
        this.mails = mails;
        this.audit = audit;
        this.clock = clock;
    }

    /** What came of it. */
    enum Result {
        VERIFIED,
        WRONG_PASSWORD,
        /** The link has been used, replaced, or is too old; or the address belongs to another account meanwhile. */
        OVER
    }

    /** Returns the account that a link of a mail is for; empty when it is over. */
    Mono<Account> find(Optional<MailedToken> token) {
        Instant now = clock.instant();
        return Mono.justOrEmpty(token)
                .flatMap(each -> accounts.find(each.tenantId())
                        .filter(account -> account.isActive() && each.matches(account.verifyToken(), now)));
    }

    /** @param account as {@link #find} has found it */
    Mono<Result> verify(Account account, String password, Visitor visitor) {
        return attempts.ofAccount(account.tenantId(), "verify")
                .then(passwords.matches(password, account.passwordHash()))
                .flatMap(right ->
                        right ? Uncancellable.of(verified(account, visitor)) : Mono.just(Result.WRONG_PASSWORD));
    }

    private Mono<Result> verified(Account account, Visitor visitor) {
        String pending = account.pendingEmail();
        LinkedHashMap<String, String> change = new LinkedHashMap<>();
        change.put(Account.EMAIL_VERIFIED_AT, String.valueOf(clock.millis()));
        change.put(Account.VERIFY_TOKEN, "");
        Mono<Boolean> done = pending == null
                ? accounts.change(account.tenantId(), Account.VERIFY_TOKEN, account.verifyToken(), change)
                        .flatMap(changed -> changed
                                ? audit.note(account, "email.verified", visitor).thenReturn(true)
                                : Mono.just(false))
                : moveTo(pending, account, Account.VERIFY_TOKEN, account.verifyToken(), change, visitor);
        return done.map(changed -> changed ? Result.VERIFIED : Result.OVER);
    }

    /**
     * Gives an account another address. The new one is claimed first and confirmed last, as at a sign-up.
     *
     * @param change what is changed besides, in the same moment
     * @return false when the address is somebody else's, or the field is not as expected any more
     */
    Mono<Boolean> moveTo(
            String email,
            Account account,
            String field,
            @Nullable String expected,
            SequencedMap<String, String> change,
            Visitor visitor) {
        change.put(Account.EMAIL, email);
        change.put(Account.PENDING_EMAIL, "");
        return emails.claim(email, account.tenantId())
                .filter(claimed -> claimed)
                .flatMap(claimed -> accounts.change(account.tenantId(), field, expected, change)
                        .flatMap(changed -> changed
                                ? emails.confirm(email, account.tenantId())
                                        .then(emails.release(account.email(), account.tenantId()))
                                        .then(audit.note(
                                                account.tenantId(),
                                                account.email(),
                                                "email.changed",
                                                email,
                                                visitor.address()))
                                        .then(Mono.fromRunnable(() -> mails.emailChanged(account)))
                                        .thenReturn(true)
                                : emails.release(email, account.tenantId()).thenReturn(false)))
                .defaultIfEmpty(false);
    }
}
