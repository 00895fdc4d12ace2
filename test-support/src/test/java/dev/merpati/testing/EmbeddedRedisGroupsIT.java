package dev.merpati.testing;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.merpati.embedded.EmbeddedRedis;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class EmbeddedRedisGroupsIT {
    private static final Duration PATIENCE = Duration.ofMinutes(1);
    private static final int SLOT_OF_FOO = 12_182;

    @TempDir
    private Path directory = Path.of("");

    @Test
    void aClusterServesTheSlotsOfTheMastersThatAreThere() {
        try (EmbeddedRedisCluster cluster = EmbeddedRedisCluster.start(directory, 3)) {
            int owner = cluster.nodeOfSlot(SLOT_OF_FOO);
            int other = (owner + 1) % cluster.size();
            assertThat(ask(cluster.node(owner), "SET foo 1")).isEqualTo("OK");
            assertThatThrownBy(() -> ask(cluster.node(other), "GET foo"))
                    .hasMessageContaining("MOVED " + SLOT_OF_FOO + " 127.0.0.1:"
                            + cluster.node(owner).port());

            cluster.node(other).kill();
            assertThat(ask(cluster.node(owner), "GET foo")).isEqualTo("1");
            cluster.restart(other);

            assertThat(ask(cluster.node(other), "CLUSTER INFO")).contains("cluster_state:ok");
        }
    }

    @Test
    void sentinelsMakeTheReplicaTheMaster() {
        try (EmbeddedRedisSentinels sentinels = EmbeddedRedisSentinels.start(directory)) {
            EmbeddedRedis first = sentinels.master();

            first.kill();

            await().atMost(PATIENCE).until(() -> sentinels.master() != first);
            await().atMost(PATIENCE).until(() -> ask(sentinels.master(), "ROLE").startsWith("master"));
        }
    }

    private static String ask(EmbeddedRedis redis, String command) {
        return RedisConversation.ask(redis.port(), command);
    }
}
