package dev.merpati.standalone;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.merpati.embedded.EmbeddedRedis;
import dev.merpati.model.redis.RedisKeys;
import dev.merpati.model.shard.ShardMap;
import dev.merpati.testing.EmbeddedRedisSentinels;
import io.lettuce.core.RedisClient;
import io.lettuce.core.RedisURI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The product, unchanged, on a Redis master with a replica, which sentinels put in its place. */
@Tag("heavy")
class RedisSentinelIT {
    private static final Duration PATIENCE = Duration.ofSeconds(60);
    private static final int SHARDS = 16;

    private final RedisKeys keys = new RedisKeys(new ShardMap(SHARDS));
    private final String customer = Product.newNumber();

    @TempDir
    private Path data = Path.of("");

    @Test
    void aFailoverUnderLoadLosesNothingAndSendsNothingTwice() throws Exception {
        try (EmbeddedRedisSentinels sentinels = EmbeddedRedisSentinels.start(data.resolve("redis"));
                Product product = startProduct(sentinels)) {
            List<String> sessions = List.of(
                    product.api().connectedSession(product.simulator(), Product.newNumber()),
                    product.api().connectedSession(product.simulator(), Product.newNumber()));
            SteadyLoad load = SteadyLoad.start(product.api(), sessions, customer);
            load.awaitMore(20);
            EmbeddedRedis master = sentinels.master();
            List<Long> epochs = epochs(master);

            master.kill();

            await().atMost(PATIENCE).until(() -> sentinels.master() != master);
            load.awaitMore(20);
            load.stopAndVerify(product.simulator());
            List<Long> after = epochs(sentinels.master());
            assertThat(IntStream.range(0, SHARDS))
                    .allSatisfy(shard -> assertThat(after.get(shard)).isGreaterThanOrEqualTo(epochs.get(shard)));
            assertThat(sessions).allSatisfy(session -> product.api().awaitStatus(session, "connected"));
            assertThat(product.simulator().stats().required("pairings").asInt()).isEqualTo(sessions.size());
        }
    }

    private List<Long> epochs(EmbeddedRedis master) {
        try (RedisClient client = RedisClient.create(RedisURI.create(master.host(), master.port()))) {
            var redis = client.connect().sync();
            return IntStream.range(0, SHARDS)
                    .mapToObj(shard -> Long.parseLong(redis.get(keys.epoch(shard))))
                    .toList();
        }
    }

    private Product startProduct(EmbeddedRedisSentinels sentinels) {
        return Product.start(
                data.resolve("product"),
                Map.of(
                        "spring.data.redis.sentinel.master",
                        sentinels.masterName(),
                        "spring.data.redis.sentinel.nodes",
                        sentinels.nodes(),
                        "merpati.shards",
                        String.valueOf(SHARDS)));
    }
}
