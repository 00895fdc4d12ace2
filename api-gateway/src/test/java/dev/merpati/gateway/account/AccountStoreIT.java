package dev.merpati.gateway.account;

import static org.assertj.core.api.Assertions.assertThat;

import dev.merpati.gateway.tenant.TenantRecords;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.springframework.data.redis.core.ReactiveStringRedisTemplate;

class AccountStoreIT {
    private final AccountStore accounts = AccountGateway.get().context().getBean(AccountStore.class);
    private final EmailIndex emails = AccountGateway.get().context().getBean(EmailIndex.class);
    private final ReactiveStringRedisTemplate redis =
            AccountGateway.get().context().getBean(ReactiveStringRedisTemplate.class);
    private final String email = AccountGateway.newEmail();
    private final String tenantId = SecretTokens.tenantId();

    @Test
    void aChangeBearsBeingMadeTwiceAndIsRefusedWhenTheAccountHasChanged() {
        create();
        LinkedHashMap<String, String> change = new LinkedHashMap<>();
        change.put(Account.PASSWORD, "new hash");
        change.put(Account.RESET_TOKEN, "");
        LinkedHashMap<String, String> late = new LinkedHashMap<>();
        late.put(Account.PASSWORD, "late hash");

        assertThat(change(change)).isTrue();
        assertThat(change(change)).as("as Lettuce does after a lost connection").isTrue();
        assertThat(change(late)).isFalse();
        assertThat(accounts.fields(tenantId).block())
                .containsEntry(Account.PASSWORD, "new hash")
                .doesNotContainKey(Account.RESET_TOKEN);
    }

    @Test
    void aDeletedAccountDoesNotComeBack() {
        create();
        redis.delete(TenantRecords.key(tenantId)).block();
        LinkedHashMap<String, String> change = new LinkedHashMap<>();
        change.put(Account.TOTP_USED, "1 x");

        assertThat(accounts.change(tenantId, Account.TOTP_USED, null, change).block())
                .isFalse();
        assertThat(accounts.fields(tenantId).block()).isEmpty();
    }

    @Test
    void anAccountWhoseAddressWasTakenMeanwhileIsNotMade() {
        create();

        assertThat(accounts.create("tother", email, fields(), Instant.now()).block())
                .isFalse();
        assertThat(accounts.fields("tother").block()).isEmpty();
        emails.release(email, "tother").block();
        assertThat(emails.find(email).block()).isEqualTo(tenantId);
        assertThat(redis.getExpire(TenantRecords.key(tenantId)).block()).isZero();
    }

    private boolean change(Map<String, String> change) {
        return Boolean.TRUE.equals(accounts.change(tenantId, Account.PASSWORD, "a hash", new LinkedHashMap<>(change))
                .block());
    }

    private void create() {
        assertThat(accounts.create(tenantId, email, fields(), Instant.now()).block())
                .isTrue();
    }

    private Map<String, String> fields() {
        Map<String, String> fields = SignUp.newAccount("A", "starter", email, "a hash", Locale.ENGLISH, Instant.now());
        fields.put(Account.RESET_TOKEN, "token 1");
        return fields;
    }
}
