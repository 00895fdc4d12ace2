package dev.merpati.worker.fencing;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.springframework.core.io.ClassPathResource;
import org.springframework.data.redis.core.script.DefaultRedisScript;
import org.springframework.data.redis.core.script.RedisScript;

/**
 * A Lua script that only the owner of a shard can run: {@code lua/fence.lua} and then {@code lua/<name>.lua}. It
 * returns a list of strings whose first one is {@code FENCED} or {@code OK}.
 */
public final class FencedScript {
    private final RedisScript<List<String>> script;

    private FencedScript(RedisScript<List<String>> script) {
        this.script = script;
    }

    /** @param name the file's name in {@code lua/}, without its extension */
    public static FencedScript named(String name) {
        return new FencedScript(new DefaultRedisScript<>(source("fence") + source(name), listOfStrings()));
    }

    /** A script that anybody may run, such as one that only reads. */
    public static RedisScript<List<String>> unfenced(String name) {
        return new DefaultRedisScript<>(source(name), listOfStrings());
    }

    RedisScript<List<String>> script() {
        return script;
    }

    private static String source(String name) {
        try {
            return new ClassPathResource("lua/" + name + ".lua").getContentAsString(StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new UncheckedIOException("the script lua/" + name + ".lua cannot be read", e);
        }
    }

    @SuppressWarnings("unchecked")
    private static Class<List<String>> listOfStrings() {
        return (Class<List<String>>) (Class<?>) List.class;
    }
}
