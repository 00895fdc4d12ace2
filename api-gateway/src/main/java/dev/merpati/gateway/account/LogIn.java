package dev.merpati.gateway.account;

import dev.merpati.gateway.web.Uncancellable;
import io.micrometer.core.instrument.MeterRegistry;
import java.time.Clock;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.Optional;
import org.springframework.stereotype.Component;
import reactor.core.publisher.Mono;

/** Checks who wants to log in. Computes one password hash, whether there is such an account or not. */
@Component
class LogIn {
    private final AccountStore accounts;
    private final Passwords passwords;
    private final Attempts attempts;
    private final AccountMails mails;
    private final AccountAudit audit;
    private final MeterRegistry metrics;
    private final Clock clock;

    LogIn(
            AccountStore accounts,
            Passwords passwords,
            Attempts attempts,
            AccountMails mails,
            AccountAudit audit,
            MeterRegistry metrics,
            Clock clock) {
        this.accounts = accounts;
        this.passwords = passwords;
        this.attempts = attempts;
        this.mails = mails;
        this.audit = audit;
        this.metrics = metrics;
        this.clock = clock;
    }

    /** What came of it. All but {@link Refused} say something of the account, and only to whoever knows its password. */
    sealed interface Result {
        /** The password is right and nothing else is needed. */
        record Passed(Account account) implements Result {}

        /** The password is right; a code is needed besides. */
        record NeedsSecondFactor(Account account) implements Result {}

        /** The password is right, but the address is not verified; a new link is on its way. */
        record Unverified() implements Result {}

        /** The password is right, but the operator has suspended the account. */
        record Suspended() implements Result {}

        /** No such account, or another password. */
        record Refused() implements Result {}
    }

    /** @param device of a browser that has logged in to the account before */
    Mono<Result> logIn(String email, String password, Optional<String> device, Visitor visitor) {
        return attempts.login(email, device, visitor)
                .then(accounts.findByEmail(email).map(Optional::of).defaultIfEmpty(Optional.empty()))
                .flatMap(found -> passwords
                        .matches(password, found.map(Account::passwordHash).orElse(null))
                        .flatMap(right -> right && found.isPresent()
                                ? Uncancellable.of(passed(found.get(), password, device, visitor))
                                : refused(found, visitor)));
    }

    private Mono<Result> refused(Optional<Account> found, Visitor visitor) {
        count("password");
        Mono<Void> noted = found.map(account -> audit.note(account, "login.refused", visitor))
                .orElse(Mono.empty());
        return noted.thenReturn(new Result.Refused());
    }

    private Mono<Result> passed(Account account, String password, Optional<String> device, Visitor visitor) {
        if (account.isSuspended()) {
            count("suspended");
            return Mono.just(new Result.Suspended());
        }
        if (!account.isActive()) {
            count("password");
            return Mono.just(new Result.Refused());
        }
        if (mails.verify() && !account.isVerified()) {
            count("unverified");
            return sendLinkAgain(account).thenReturn(new Result.Unverified());
        }
        Mono<Void> kept = attempts.loginSucceeded(account.email(), device)
                .then(accounts.makeLast(account.tenantId(), account.createdAt()))
                .then(rehashed(account, password));
        return account.hasSecondFactor()
                ? kept.thenReturn(new Result.NeedsSecondFactor(account))
                : kept.then(completed(account, device, visitor)).thenReturn(new Result.Passed(account));
    }

    /**
     * Notes a login that nothing is missing to, and tells the account's owner of one from an unknown browser.
     *
     * @param device of a browser that has logged in to the account before
     */
    Mono<Void> completed(Account account, Optional<String> device, Visitor visitor) {
        return audit.note(account, "login", visitor).then(Mono.fromRunnable(() -> {
            if (device.isEmpty()) {
                mails.newLogin(account, visitor, clock.instant());
            }
        }));
    }

    private Mono<Void> sendLinkAgain(Account account) {
        MailedToken token = MailedToken.create(account.tenantId());
        Instant end = clock.instant().plus(SignUp.VERIFY_LIFE);
        LinkedHashMap<String, String> change = new LinkedHashMap<>();
        change.put(Account.VERIFY_TOKEN, token.stored(end));
        return attempts.mail(account.email())
                .filter(allowed -> allowed)
                .flatMap(allowed ->
                        accounts.change(account.tenantId(), Account.PASSWORD, account.passwordHash(), change))
                .filter(changed -> changed)
                .doOnNext(changed -> mails.verifyAddress(account.email(), account.locale(), token))
                .then();
    }

    /** With the parameters that are set now. The credential version stays: it is the same password. */
    private Mono<Void> rehashed(Account account, String password) {
        if (!passwords.isOutdated(account.passwordHash())) {
            return Mono.empty();
        }
        return passwords
                .hash(password)
                .flatMap(hash -> {
                    LinkedHashMap<String, String> change = new LinkedHashMap<>();
                    change.put(Account.PASSWORD, hash);
                    return accounts.change(account.tenantId(), Account.PASSWORD, account.passwordHash(), change);
                })
                .then();
    }

    private void count(String reason) {
        metrics.counter("merpati.gateway.accounts.refused", "reason", "login_" + reason)
                .increment();
    }
}
