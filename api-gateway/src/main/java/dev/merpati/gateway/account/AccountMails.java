package dev.merpati.gateway.account;

import dev.merpati.gateway.security.BrowserName;
import dev.merpati.gateway.webhook.OwnerMail;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Arrays;
import java.util.Locale;
import java.util.stream.Stream;
import org.springframework.context.MessageSource;
import org.springframework.stereotype.Component;
import reactor.core.publisher.Mono;

/** Writes the mails to account owners, in their language. */
@Component
class AccountMails {
    private final Outbox outbox;
    private final MessageSource texts;
    private final String publicUrl;

    AccountMails(Outbox outbox, MessageSource texts, AccountSettings settings) {
        this.outbox = outbox;
        this.texts = texts;
        this.publicUrl = settings.publicUrl();
    }

    /** Whether a new address has to be verified before it is used. */
    boolean verify() {
        return outbox.delivers();
    }

    void verifyAddress(String to, Locale locale, MailedToken token) {
        post("verify", to, locale, "/verify-email?token=" + token.text());
    }

    void accountExists(String to, Locale locale) {
        post("exists", to, locale, "/forgot-password");
    }

    void resetPassword(String to, Locale locale, MailedToken token) {
        post("reset", to, locale, "/reset-password?token=" + token.text());
    }

    void passwordChanged(Account account) {
        post("password", account.email(), account.locale(), "/forgot-password");
    }

    /** To the address before. */
    void emailChanged(Account account) {
        post("email", account.email(), account.locale(), "");
    }

    void secondFactorChanged(Account account, boolean on) {
        post(on ? "totp-on" : "totp-off", account.email(), account.locale(), "/forgot-password");
    }

    void secondFactorReset(Account account) {
        post("totp-reset", account.email(), account.locale(), "/forgot-password");
    }

    void codeUsedTwice(Account account) {
        post("totp-twice", account.email(), account.locale(), "/forgot-password");
    }

    /** @param visitor who has logged in, from a browser that is not known */
    void newLogin(Account account, Visitor visitor, Instant at) {
        BrowserName browser = visitor.browser();
        String name = texts.getMessage(
                browser.browser().isEmpty() || browser.system().isEmpty() ? "logins.unknown" : "logins.browser",
                new Object[] {browser.browser(), browser.system()},
                account.locale());
        String minute = String.valueOf(at.truncatedTo(ChronoUnit.MINUTES))
                .replace('T', ' ')
                .replace(":00Z", " UTC");
        post("login", account.email(), account.locale(), "/forgot-password", name, visitor.address(), minute);
    }

    /** Completes when the mail is safely queued. */
    Mono<Void> webhookDisabled(Account account, OwnerMail.Disabled what) {
        String kind = what.reason().equals("gone") ? "webhook-gone" : "webhook-dead";
        return Mono.defer(() -> outbox.postOnce(
                what.id(),
                account.email(),
                subject(kind, account.locale()),
                text(kind, account.locale(), "/webhooks", what.webhook(), what.error())));
    }

    private void post(String kind, String to, Locale locale, String path, String... more) {
        outbox.post(to, subject(kind, locale), text(kind, locale, path, more));
    }

    private String subject(String kind, Locale locale) {
        return texts.getMessage("mail." + kind + ".subject", null, locale);
    }

    /** Never builds a link from what a request says of its host. */
    private String text(String kind, Locale locale, String path, String... more) {
        return texts.getMessage(
                "mail." + kind + ".text",
                Stream.concat(Stream.of(publicUrl + path), Arrays.stream(more)).toArray(),
                locale);
    }
}
