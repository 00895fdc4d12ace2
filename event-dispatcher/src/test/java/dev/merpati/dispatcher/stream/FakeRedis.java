package dev.merpati.dispatcher.stream;

import java.lang.reflect.Proxy;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;
import org.springframework.dao.DataAccessException;
import org.springframework.data.redis.RedisConnectionFailureException;
import org.springframework.data.redis.core.SetOperations;
import org.springframework.data.redis.core.StringRedisTemplate;
import org.springframework.data.redis.core.script.RedisScript;

/** A Redis that appends whatever it is given, and that a test can stop for single tenants. */
public final class FakeRedis extends StringRedisTemplate {
    /** One run of a script. */
    public record Run(String script, List<String> keys, List<String> arguments) {}

    private final List<Run> runs = new CopyOnWriteArrayList<>();
    private final Map<String, DataAccessException> failing = new ConcurrentHashMap<>();
    private final Map<String, CountDownLatch> blocked = new ConcurrentHashMap<>();
    private final Map<String, Integer> counts = new ConcurrentHashMap<>();
    private volatile @Nullable List<String> oldest;
    private volatile boolean forgetful;
    private final AtomicInteger held = new AtomicInteger();
    private final AtomicInteger singlesToFail = new AtomicInteger();

    public List<Run> runs() {
        return runs;
    }

    /** Lets all appends of a tenant fail; null lets them succeed again. */
    public void fail(String tenant, @Nullable DataAccessException failure) {
        if (failure == null) {
            failing.remove(tenant);
        } else {
            failing.put(tenant, failure);
        }
    }

    /** Lets appends of a tenant wait until the latch is open. */
    public void block(String tenant, CountDownLatch latch) {
        blocked.put(tenant, latch);
    }

    /** Lets so many appends of one event alone fail. */
    public void failSingles(int count) {
        singlesToFail.set(count);
    }

    /** How many appends have come to a latch, or passed one. */
    public int held() {
        return held.get();
    }

    /** Has lost everything that was appended, until it is appended again. */
    public void forget() {
        forgetful = true;
    }

    /** What the script answers that looks for old events. */
    void oldest(List<String> answer) {
        oldest = answer;
    }

    /** How many events each successful append of a tenant had. */
    public List<Integer> batches(String tenant) {
        return runs.stream()
                .filter(run ->
                        run.arguments().size() > 6 && run.arguments().get(2).equals(tenant))
                .map(run -> (run.arguments().size() - 6) / 8)
                .toList();
    }

    /** The offsets of a tenant's events in the order in which they were appended. */
    public List<Long> offsets(String tenant) {
        List<Long> offsets = new ArrayList<>();
        for (Run run : runs) {
            if (run.arguments().size() > 6 && run.arguments().get(2).equals(tenant)) {
                for (int i = 6; i < run.arguments().size(); i += 8) {
                    offsets.add(Long.valueOf(run.arguments().get(i)));
                }
            }
        }
        return offsets;
    }

    @Override
    @SuppressWarnings("unchecked")
    public <T> T execute(RedisScript<T> script, List<String> keys, Object... arguments) {
        List<String> texts = Arrays.stream(arguments).map(String::valueOf).toList();
        String source = script.getScriptAsString();
        if (source.contains("-- Appends events")) {
            append(texts);
        }
        runs.add(new Run(source, List.copyOf(keys), texts));
        if (source.contains("-- Appends events")) {
            return (T) ids(texts);
        }
        List<String> found = oldest;
        return source.contains("-- Looks for") ? (T) (found == null ? List.of() : found) : (T) Long.valueOf(1);
    }

    private void append(List<String> arguments) {
        String tenant = arguments.get(2);
        CountDownLatch latch = blocked.get(tenant);
        if (latch != null) {
            held.incrementAndGet();
            try {
                latch.await();
            } catch (InterruptedException e) {
                throw new IllegalStateException(e);
            }
        }
        if (arguments.size() == 6 + 8 && singlesToFail.getAndUpdate(left -> Math.max(0, left - 1)) > 0) {
            throw new RedisConnectionFailureException("away");
        }
        DataAccessException failure = failing.get(tenant);
        if (failure != null) {
            throw failure;
        }
    }

    private List<String> ids(List<String> arguments) {
        if (forgetful && !arguments.get(3).equals("-1")) {
            return List.of("LOST");
        }
        forgetful = false;
        List<String> result = new ArrayList<>(List.of("OK"));
        for (int i = 6; i < arguments.size(); i += 8) {
            int number = counts.merge(arguments.get(2), 1, Integer::sum);
            result.add("%013d-%06d %d".formatted(1_795_000_000_000L, number, number));
        }
        return result;
    }

    @Override
    @SuppressWarnings("unchecked")
    public SetOperations<String, String> opsForSet() {
        return (SetOperations<String, String>) Proxy.newProxyInstance(
                SetOperations.class.getClassLoader(),
                new Class<?>[] {SetOperations.class},
                (_, method, _) -> method.getReturnType() == Set.class ? Set.of() : 1L);
    }
}
