package dev.merpati.gateway.account;

import dev.merpati.gateway.redis.RecordCache;
import dev.merpati.gateway.security.KnownAccounts;
import dev.merpati.gateway.tenant.RecordChanges;
import org.springframework.stereotype.Component;
import reactor.core.publisher.Mono;

/** Tells how accounts stand, out of a cache that every change evicts, on every gateway; a lost notice costs 30 s. */
@Component
class AccountStandings implements KnownAccounts {
    private static final int CACHED = 50_000;

    private final AccountStore accounts;
    private final RecordCache<Standing> cache = new RecordCache<>(CACHED);

    AccountStandings(AccountStore accounts, RecordChanges changes) {
        this.accounts = accounts;
        changes.evict(RecordChanges.Kind.TENANT, cache);
    }

    @Override
    public Mono<Standing> find(String tenantId) {
        return cache.get(
                tenantId,
                id -> accounts.find(id)
                        .filter(Account::isActive)
                        .map(account -> new Standing(account.email(), account.credentialVersion())));
    }
}
