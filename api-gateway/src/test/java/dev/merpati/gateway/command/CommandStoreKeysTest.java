package dev.merpati.gateway.command;

import dev.merpati.gateway.auth.TenantContext;
import dev.merpati.gateway.harness.RecordingRedis;
import dev.merpati.gateway.tenant.Plan;
import dev.merpati.model.command.Command;
import dev.merpati.model.redis.RedisKeys;
import dev.merpati.model.shard.ShardMap;
import java.time.Instant;
import java.util.UUID;
import org.junit.jupiter.api.RepeatedTest;

class CommandStoreKeysTest {
    private final ShardMap shardMap = new ShardMap(128);
    private final RecordingRedis redis = new RecordingRedis();
    private final CommandStore store = new CommandStore(redis, new RedisKeys(shardMap));

    @RepeatedTest(5)
    void aCommandAndTheListOfItsSessionAreInOneSlot() {
        UUID session = UUID.randomUUID();
        TenantContext tenant = new TenantContext("acme", "key", new Plan(1, 1, 1, null), "request");
        String id = shardMap.commandIdOf(session, "seed");

        store.create(
                        new Submission(id, tenant, session, new Command.StartSession()),
                        Instant.EPOCH,
                        Instant.EPOCH.plusSeconds(1))
                .block();

        redis.assertEachRunHadOneSlot(1);
    }
}
