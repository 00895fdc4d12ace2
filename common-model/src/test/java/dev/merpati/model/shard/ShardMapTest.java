package dev.merpati.model.shard;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.HashSet;
import java.util.Set;
import java.util.UUID;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ShardMapTest {

    /** Data is found by this mapping: a change of it would lose every session of a running installation. */
    @Test
    void neverChanges() {
        ShardMap shards = new ShardMap(128);

        assertThat(shards.shardOf(UUID.fromString("6f1c6a52-9a6c-4a08-8d7a-1f2f2b1e5a77")))
                .isEqualTo(58);
        assertThat(shards.shardOf(UUID.fromString("00000000-0000-0000-0000-000000000000")))
                .isEqualTo(85);
        assertThat(shards.shardOfCommand("3EB0C767D71D8D6E2CD5AB")).isEqualTo(81);
    }

    @Test
    void spreadsSessionsOverAllShards() {
        ShardMap shards = new ShardMap(16);
        int[] sessions = new int[16];
        for (int i = 0; i < 16_000; i++) {
            sessions[shards.shardOf(new UUID(i * 0x9E3779B97F4A7C15L, ~i))]++;
        }

        assertThat(IntStream.of(sessions).boxed())
                .allSatisfy(count -> assertThat(count).isBetween(800, 1_200));
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 16, 128})
    void makesCommandIdsThatFallIntoTheShardOfTheirSession(int count) {
        ShardMap shards = new ShardMap(count);
        Set<String> ids = new HashSet<>();
        for (int i = 0; i < 200; i++) {
            UUID session = UUID.randomUUID();
            String id = shards.newCommandId(session);
            assertThat(id).matches("3EB0[0-9A-F]{18}");
            assertThat(shards.shardOfCommand(id)).isEqualTo(shards.shardOf(session));
            ids.add(id);
        }

        assertThat(ids).hasSize(200);
    }

    /** A gateway of another release must find the command that this one made. */
    @Test
    void makesTheSameCommandIdOfTheSameSeedForEver() {
        ShardMap shards = new ShardMap(128);
        UUID session = UUID.fromString("6f1c6a52-9a6c-4a08-8d7a-1f2f2b1e5a77");

        String id = shards.commandIdOf(session, "seed");

        assertThat(id).isEqualTo("3EB05CE31DCE8B78AB6F5D").matches("3EB0[0-9A-F]{18}");
        assertThat(shards.shardOfCommand(id)).isEqualTo(58);
        assertThat(shards.commandIdOf(session, "another seed")).isNotEqualTo(id);
    }

    @ParameterizedTest
    @ValueSource(ints = {-1, 0, 16_385})
    void refusesANumberOfShardsThatCannotBe(int count) {
        assertThatThrownBy(() -> new ShardMap(count))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining(String.valueOf(count))
                .hasMessageContaining("1 to 16384");
    }
}
