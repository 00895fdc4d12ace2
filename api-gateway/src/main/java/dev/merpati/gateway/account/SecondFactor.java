package dev.merpati.gateway.account;

import dev.merpati.gateway.web.Uncancellable;
import io.micrometer.core.instrument.MeterRegistry;
import java.time.Clock;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.springframework.stereotype.Component;
import reactor.core.publisher.Mono;

/**
 * The second factor of a login: codes of an authenticator app, and ten recovery codes for when it is lost. No code is taken
 * twice, on whatever gateway.
 */
@Component
public class SecondFactor {
    private static final int RECOVERY_CODES = 10;

    /** 120 bits: too many for a copy of their hashes to be of use. */
    private static final int RECOVERY_BYTES = 15;

    private static final int GROUP = 4;
    private static final Pattern CODE = Pattern.compile("[0-9]{6}");

    private final AccountStore accounts;
    private final AccountSecrets secrets;
    private final Attempts attempts;
    private final AccountMails mails;
    private final AccountAudit audit;
    private final MeterRegistry metrics;
    private final Clock clock;

    SecondFactor(
            AccountStore accounts,
            AccountSecrets secrets,
            Attempts attempts,
            AccountMails mails,
            AccountAudit audit,
            MeterRegistry metrics,
            Clock clock) {
        this.accounts = accounts;
        this.secrets = secrets;
        this.attempts = attempts;
        this.mails = mails;
        this.audit = audit;
        this.metrics = metrics;
        this.clock = clock;
    }

    /**
     * A second factor that is on from now on.
     *
     * @param version the credential version from now on
     */
    record Enrolled(List<String> recoveryCodes, String version) {
        @Override
        public String toString() {
            return "Enrolled[]";
        }
    }

    /** Makes a new secret, which is not asked for until it is confirmed. */
    Mono<Boolean> begin(Account account) {
        LinkedHashMap<String, String> change = new LinkedHashMap<>();
        change.put(Account.TOTP_PENDING, secrets.encrypt(SecretTokens.bytes(Totp.SECRET_BYTES), account.tenantId()));
        return accounts.change(account.tenantId(), Account.PASSWORD, account.passwordHash(), change);
    }

    /** Returns the secret that waits for being confirmed; empty when none does. */
    Optional<byte[]> pending(Account account) {
        return Optional.ofNullable(account.totpPending())
                .map(envelope -> secrets.decrypt(envelope, account.tenantId()));
    }

    /** Turns the second factor on, if the code is one of it. Ends all other sessions. Empty when the code is wrong. */
    Mono<Enrolled> confirm(Account account, String code, Visitor visitor) {
        OptionalLong step = pending(account)
                .map(secret -> Totp.stepOf(secret, digits(code), clock.instant()))
                .orElse(OptionalLong.empty());
        String pending = account.totpPending();
        return attempts.ofAccount(account.tenantId(), "second_factor").then(Mono.defer(() -> {
            if (step.isEmpty() || pending == null) {
                return refused("totp");
            }
            List<String> codes = new ArrayList<>();
            String version = SecretTokens.random();
            LinkedHashMap<String, String> change = new LinkedHashMap<>();
            change.put(Account.VERSION, version);
            change.put(Account.TOTP_SECRET, pending);
            change.put(Account.TOTP_PENDING, "");
            change.put(Account.TOTP_USED, String.valueOf(step.getAsLong()));
            account.recoveryCodes().forEach(hash -> change.put(Account.RECOVERY_PREFIX + hash, ""));
            for (int i = 0; i < RECOVERY_CODES; i++) {
                String recovery = Totp.base32(SecretTokens.bytes(RECOVERY_BYTES));
                codes.add(grouped(recovery));
                change.put(Account.RECOVERY_PREFIX + Digests.sha256(recovery), Account.RECOVERY_UNUSED);
            }
            return Uncancellable.of(accounts.change(account.tenantId(), Account.TOTP_PENDING, pending, change)
                    .filter(changed -> changed)
                    .flatMap(changed -> {
                        mails.secondFactorChanged(account, true);
                        return audit.note(account, "second-factor.on", visitor)
                                .thenReturn(new Enrolled(codes, version));
                    }));
        }));
    }

    /** Turns the second factor off and ends all other sessions. Returns the credential version from now on. */
    Mono<String> turnOff(Account account, Visitor visitor) {
        return Uncancellable.of(remove(account).flatMap(version -> {
            mails.secondFactorChanged(account, false);
            return audit.note(account, "second-factor.off", visitor).thenReturn(version);
        }));
    }

    /**
     * Turns the second factor off for an owner who has lost it, on the operator's word. Ends all sessions. Whoever calls notes
     * it in the audit logs.
     *
     * @return false when there is no such account, or it has none
     */
    public Mono<Boolean> reset(String tenantId) {
        return Uncancellable.of(accounts.find(tenantId)
                .filter(Account::hasSecondFactor)
                .flatMap(account -> remove(account).doOnNext(version -> mails.secondFactorReset(account)))
                .hasElement());
    }

    private Mono<String> remove(Account account) {
        String version = SecretTokens.random();
        LinkedHashMap<String, String> change = new LinkedHashMap<>();
        change.put(Account.VERSION, version);
        change.put(Account.TOTP_SECRET, "");
        change.put(Account.TOTP_PENDING, "");
        change.put(Account.TOTP_USED, "");
        account.recoveryCodes().forEach(hash -> change.put(Account.RECOVERY_PREFIX + hash, ""));
        return accounts.change(account.tenantId(), Account.PASSWORD, account.passwordHash(), change)
                .filter(changed -> changed)
                .map(changed -> version);
    }

    /**
     * Whether the code is one that the account takes now, a recovery code included. It takes none a second time.
     *
     * @param device of a browser that has logged in to the account before
     */
    Mono<Boolean> use(Account account, String code, Optional<String> device, Visitor visitor) {
        return attempts.ofAccount(account.tenantId(), "second_factor", device).then(Mono.defer(() -> {
            String digits = digits(code);
            Mono<Boolean> used = CODE.matcher(digits).matches()
                    ? useCode(account, digits, visitor)
                    : useRecoveryCode(account, digits.toUpperCase(Locale.ROOT), visitor);
            return Uncancellable.of(used)
                    .flatMap(taken -> taken
                            ? Mono.just(true)
                            : audit.note(account, "login.refused", visitor)
                                    .then(SecondFactor.this.<Boolean>refused("code"))
                                    .defaultIfEmpty(false));
        }));
    }

    private Mono<Boolean> useCode(Account account, String code, Visitor visitor) {
        String envelope = account.totpSecret();
        if (envelope == null) {
            return Mono.just(false);
        }
        OptionalLong step = Totp.stepOf(secrets.decrypt(envelope, account.tenantId()), code, clock.instant());
        String last = account.totpUsed();
        if (step.isEmpty() || step.getAsLong() < stepIn(last)) {
            return Mono.just(false);
        }
        if (step.getAsLong() == stepIn(last)) {
            return usedTwice(account, visitor);
        }
        LinkedHashMap<String, String> change = new LinkedHashMap<>();
        change.put(Account.TOTP_USED, step.getAsLong() + " " + SecretTokens.random());
        return accounts.change(account.tenantId(), Account.TOTP_USED, last, change)
                .flatMap(changed -> changed ? Mono.just(true) : usedTwice(account, visitor));
    }

    /** Somebody may have looked over the owner's shoulder. */
    private Mono<Boolean> usedTwice(Account account, Visitor visitor) {
        mails.codeUsedTwice(account);
        return audit.note(account, "second-factor.code-used-twice", visitor).thenReturn(false);
    }

    private static long stepIn(@Nullable String used) {
        return used == null ? 0 : Long.parseLong(used.split(" ", 2)[0]);
    }

    private Mono<Boolean> useRecoveryCode(Account account, String code, Visitor visitor) {
        String hash = Digests.sha256(code);
        if (!account.recoveryCodes().contains(hash)) {
            return Mono.just(false);
        }
        LinkedHashMap<String, String> change = new LinkedHashMap<>();
        change.put(Account.RECOVERY_PREFIX + hash, "used " + SecretTokens.random());
        return accounts.change(account.tenantId(), Account.RECOVERY_PREFIX + hash, Account.RECOVERY_UNUSED, change)
                .flatMap(used -> used
                        ? audit.note(account, "second-factor.recovery-code-used", visitor)
                                .thenReturn(true)
                        : Mono.just(false));
    }

    private <T> Mono<T> refused(String reason) {
        metrics.counter("merpati.gateway.accounts.refused", "reason", "second_factor_" + reason)
                .increment();
        return Mono.empty();
    }

    /** People type codes with the blanks and dashes that they see. */
    private static String digits(String code) {
        return code.replaceAll("[\\s-]", "");
    }

    private static String grouped(String code) {
        return String.join("-", code.split("(?<=\\G.{" + GROUP + "})"));
    }
}
