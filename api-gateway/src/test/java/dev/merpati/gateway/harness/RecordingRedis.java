package dev.merpati.gateway.harness;

import static org.assertj.core.api.Assertions.assertThat;

import io.lettuce.core.cluster.SlotHash;
import java.util.ArrayList;
import java.util.List;
import org.springframework.data.redis.connection.lettuce.LettuceConnectionFactory;
import org.springframework.data.redis.core.ReactiveStringRedisTemplate;
import org.springframework.data.redis.core.script.RedisScript;
import reactor.core.publisher.Flux;

/** A Redis that does nothing but note with which keys scripts were run; each of them returns ones. */
public final class RecordingRedis extends ReactiveStringRedisTemplate {
    private final List<List<String>> runs = new ArrayList<>();

    public RecordingRedis() {
        super(new LettuceConnectionFactory());
    }

    @Override
    @SuppressWarnings("unchecked")
    public <T> Flux<T> execute(RedisScript<T> script, List<String> keys, List<?> arguments) {
        runs.add(List.copyOf(keys));
        return (Flux<T>) (script.getResultType() == Long.class ? Flux.just(1L) : Flux.just(List.of(1L, 1L)));
    }

    /** Checks that each run had all of its keys in one slot of a Redis Cluster. */
    public void assertEachRunHadOneSlot(int expectedRuns) {
        assertThat(runs)
                .hasSize(expectedRuns)
                .allSatisfy(
                        keys -> assertThat(keys.stream().map(SlotHash::getSlot).distinct())
                                .as("%s", keys)
                                .hasSize(1));
    }
}
