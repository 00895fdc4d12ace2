package dev.merpati.gateway.account;

import dev.merpati.gateway.tenant.TenantData;
import org.springframework.stereotype.Component;
import reactor.core.publisher.Mono;

/** Frees the e-mail address of an account whose tenant is deleted; the account itself goes with the tenant's hash. */
@Component
class AccountData implements TenantData {
    private final AccountStore accounts;
    private final EmailIndex emails;

    AccountData(AccountStore accounts, EmailIndex emails) {
        this.accounts = accounts;
        this.emails = emails;
    }

    @Override
    public Mono<Void> removeAll(String tenantId) {
        return accounts.find(tenantId).flatMap(account -> emails.release(account.email(), tenantId));
    }
}
