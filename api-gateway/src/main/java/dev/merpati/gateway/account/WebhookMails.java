package dev.merpati.gateway.account;

import dev.merpati.gateway.webhook.OwnerMail;
import org.springframework.stereotype.Component;
import reactor.core.publisher.Mono;

/** Writes to owners about their webhooks. */
@Component
class WebhookMails implements OwnerMail {
    private final AccountStore accounts;
    private final AccountMails mails;

    WebhookMails(AccountStore accounts, AccountMails mails) {
        this.accounts = accounts;
        this.mails = mails;
    }

    @Override
    public Mono<Void> webhookDisabled(String tenantId, Disabled what) {
        return accounts.find(tenantId).flatMap(account -> mails.webhookDisabled(account, what));
    }
}
