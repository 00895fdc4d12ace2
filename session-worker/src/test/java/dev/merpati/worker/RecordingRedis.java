package dev.merpati.worker;

import java.lang.reflect.Proxy;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.Set;
import org.springframework.data.redis.core.StringRedisTemplate;
import org.springframework.data.redis.core.ZSetOperations;
import org.springframework.data.redis.core.script.RedisScript;

/** A Redis that does nothing but note which script was run with which keys. */
final class RecordingRedis extends StringRedisTemplate {

    /** One run of a script. */
    record Run(String script, List<String> keys) {}

    private final List<Run> runs = new ArrayList<>();
    private final Queue<Set<String>> ranges = new ArrayDeque<>();

    List<Run> runs() {
        return runs;
    }

    /** What the next look into a sorted set finds; nothing is found after that. */
    void nextRange(Set<String> members) {
        ranges.add(members);
    }

    @Override
    @SuppressWarnings("unchecked")
    public <T> T execute(RedisScript<T> script, List<String> keys, Object... args) {
        runs.add(new Run(script.getScriptAsString(), List.copyOf(keys)));
        return (T) answer(script.getScriptAsString());
    }

    /** Something that the script's caller can read. */
    private static List<String> answer(String script) {
        if (script.contains("-- Takes a shard")) {
            return List.of("1");
        }
        if (script.contains("-- Not fenced")) {
            return List.of();
        }
        return List.of("OK", script.contains("-- Fenced. Marks a command as started") ? "QUEUED" : "");
    }

    @Override
    @SuppressWarnings("unchecked")
    public ZSetOperations<String, String> opsForZSet() {
        return (ZSetOperations<String, String>) Proxy.newProxyInstance(
                ZSetOperations.class.getClassLoader(),
                new Class<?>[] {ZSetOperations.class},
                (proxy, method, arguments) -> ranges.isEmpty() ? Set.of() : ranges.remove());
    }
}
