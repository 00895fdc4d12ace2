package dev.merpati.model.redis;

import static org.assertj.core.api.Assertions.assertThat;

import dev.merpati.model.shard.ShardMap;
import java.util.List;
import java.util.UUID;
import org.junit.jupiter.api.Test;

class RedisKeysTest {
    private final ShardMap shardMap = new ShardMap(128);
    private final RedisKeys keys = new RedisKeys(shardMap);

    @Test
    void putsEverythingOfASessionAndItsCommandsIntoTheSlotOfItsShard() {
        UUID session = UUID.fromString("6f1c6a52-9a6c-4a08-8d7a-1f2f2b1e5a77");
        int shard = shardMap.shardOf(session);

        assertThat(List.of(
                        keys.epoch(shard),
                        keys.owner(shard),
                        keys.sessionsOfShard(shard),
                        keys.session(session),
                        keys.qrCode(session),
                        keys.credentials(session),
                        keys.commandsOfSession(session),
                        keys.command(shardMap.newCommandId(session))))
                .doesNotHaveDuplicates()
                .allSatisfy(key -> assertThat(key).startsWith("{s" + shard + "}:"));
    }

    @Test
    void putsEverythingOfATenantIntoOneSlot() {
        assertThat(RedisKeys.sessionsOfTenant("acme")).startsWith(RedisKeys.tenantTag("acme"));
        assertThat(RedisKeys.tenantTag("acme")).isEqualTo("{t:acme}:");
    }
}
