package dev.merpati.gateway.redis;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import org.springframework.core.io.ClassPathResource;
import org.springframework.data.redis.core.ReactiveStringRedisTemplate;
import org.springframework.data.redis.core.script.RedisScript;
import reactor.core.publisher.Mono;

/**
 * One script out of {@code /lua}, run by its hash, or whole when Redis does not know it yet.
 *
 * <p>Lettuce sends a command again that was under way when its connection broke, so every script has to bear being run
 * twice: it is told apart by an id that its caller made for this one call.
 */
public final class LuaScript<T> {
    private final RedisScript<T> script;

    private LuaScript(RedisScript<T> script) {
        this.script = script;
    }

    /** A script that returns an integer. */
    public static LuaScript<Long> returningLong(String name) {
        return new LuaScript<>(RedisScript.of(source(name), Long.class));
    }

    /** A script that returns a string. */
    public static LuaScript<String> returningText(String name) {
        return new LuaScript<>(RedisScript.of(source(name), String.class));
    }

    /** A script that returns integers ({@link Long}) and strings. */
    @SuppressWarnings("unchecked")
    public static LuaScript<List<Object>> returningList(String name) {
        Class<List<Object>> type = (Class<List<Object>>) (Class<?>) List.class;
        return new LuaScript<>(RedisScript.of(source(name), type));
    }

    /** Runs the script. Empty when it returns nil, which a list must not be: Spring makes a list of one null of it. */
    public Mono<T> run(ReactiveStringRedisTemplate redis, List<String> keys, Object... arguments) {
        return redis.execute(
                        script,
                        keys,
                        Arrays.stream(arguments).map(String::valueOf).toList())
                .next();
    }

    /** As a text: of a file Spring asks at each run whether it has changed, in a jar within a jar. */
    private static String source(String name) {
        try {
            return new ClassPathResource("lua/" + name + ".lua", LuaScript.class.getClassLoader())
                    .getContentAsString(StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new UncheckedIOException("the script lua/" + name + ".lua cannot be read", e);
        }
    }
}
