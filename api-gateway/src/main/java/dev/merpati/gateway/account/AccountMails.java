package dev.merpati.gateway.account;

import java.util.Locale;
import org.springframework.context.MessageSource;
import org.springframework.stereotype.Component;

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

    /** Never builds a link from what a request says of its host. */
    private void post(String kind, String to, Locale locale, String path) {
        String subject = texts.getMessage("mail." + kind + ".subject", null, locale);
        String text = texts.getMessage("mail." + kind + ".text", new Object[] {publicUrl + path}, locale);
        outbox.post(to, subject, text);
    }
}
