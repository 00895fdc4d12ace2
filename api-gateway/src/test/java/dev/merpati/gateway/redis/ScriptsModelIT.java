package dev.merpati.gateway.redis;

import static org.assertj.core.api.Assertions.assertThat;

import dev.merpati.gateway.harness.GatewayHarness;
import dev.merpati.gateway.harness.SharedGateway;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.springframework.data.redis.core.ReactiveStringRedisTemplate;

/**
 * The scripts behind a tenant's limits, in random order and with every call repeated now and then, as Lettuce does after
 * a lost connection, against a real Redis: each answer is compared with a few lines of Java.
 *
 * <p>A failure names its seed; {@code -Dmodel.seed=<seed>} runs that case alone.
 */
class ScriptsModelIT {
    private static final int CASES = Integer.getInteger("model.cases", 15);
    private static final int STEPS = 60;
    private static final Duration PATIENCE = Duration.ofMinutes(1);

    private final GatewayHarness gateway = SharedGateway.get();
    private final ReactiveStringRedisTemplate redis = gateway.context().getBean(ReactiveStringRedisTemplate.class);

    private interface OneCase {
        void run(Random random, String key);
    }

    @Test
    void anIdempotencyKeyStaysBoundUntilTheAttemptThatBoundItFreesIt() {
        LuaScript<List<Object>> bind = LuaScript.returningList("bind-idempotency-key");
        LuaScript<Long> release = LuaScript.returningLong("release-idempotency-key");
        forEachSeed((random, key) -> {
            List<Object> bound = List.of();
            for (int step = 0; step < STEPS; step++) {
                if (random.nextInt(3) > 0) {
                    String command = "command-" + random.nextInt(3);
                    String fingerprint = "fingerprint-" + random.nextInt(2);
                    String attempt = "attempt-" + step;
                    bound = bound.isEmpty() ? List.of(command, fingerprint, attempt) : bound;
                    assertThat(run(random, bind, List.of(key), command, fingerprint, 60_000, attempt))
                            .isEqualTo(bound);
                } else {
                    String attempt = "attempt-" + Math.max(0, step - 1 - random.nextInt(3));
                    run(random, release, List.of(key), attempt);
                    bound = !bound.isEmpty() && bound.getLast().equals(attempt) ? List.of() : bound;
                }
            }
        });
    }

    @Test
    void numberChecksAreNeverChargedTwiceNorBeyondTheLimit() {
        LuaScript<List<Object>> reserve = LuaScript.returningList("reserve-number-checks");
        LuaScript<Long> settle = LuaScript.returningLong("settle-number-checks");
        forEachSeed((random, key) -> {
            List<String> keys = List.of(key, key + ":holds");
            record Hold(int numbers, long lapsesAt) {}
            Map<String, Hold> holds = new TreeMap<>();
            long now = 1_000;
            long charged = 0;
            int limit = 50 + random.nextInt(50);
            for (int step = 0; step < STEPS; step++) {
                now += random.nextInt(40);
                String id = "hold-" + step;
                if (random.nextInt(2) == 0 || holds.isEmpty()) {
                    long at = now;
                    holds.values().removeIf(hold -> hold.lapsesAt() <= at);
                    int numbers = 1 + random.nextInt(30);
                    long used = charged
                            + holds.values().stream().mapToInt(Hold::numbers).sum();
                    boolean fits = used + numbers <= limit;
                    assertThat(run(random, reserve, keys, id, numbers, limit, now, 500, 60_000))
                            .isEqualTo(List.of(fits ? 1L : 0L, used));
                    if (fits) {
                        holds.put(id, new Hold(numbers, now + 500));
                    }
                } else {
                    String ended = List.copyOf(holds.keySet()).get(random.nextInt(holds.size()));
                    Hold hold = Objects.requireNonNull(holds.remove(ended));
                    int resolved = random.nextInt(hold.numbers() + 1);
                    run(
                            random,
                            settle,
                            List.of(key, key + ":holds", key + ":day"),
                            ended,
                            hold.numbers(),
                            resolved,
                            60_000,
                            60_000);
                    charged += resolved;
                }
                String stored = redis.opsForValue().get(key).block(PATIENCE);
                assertThat(stored == null ? 0 : Long.parseLong(stored))
                        .isEqualTo(charged)
                        .isLessThanOrEqualTo(limit);
                Object ofTheDay =
                        redis.opsForHash().get(key + ":day", "numberChecks").block(PATIENCE);
                assertThat(ofTheDay == null ? 0 : Long.parseLong((String) ofTheDay))
                        .isEqualTo(charged);
            }
        });
    }

    @Test
    void messagesAreCountedOnceEachAndNeverBeyondTheLimit() {
        LuaScript<List<Object>> reserve = LuaScript.returningList("reserve-message");
        LuaScript<Long> settle = LuaScript.returningLong("settle-message");
        forEachSeed((random, key) -> {
            List<String> keys = List.of(key, key + ":holds");
            record Hold(String field, long lapsesAt) {}
            Map<String, Hold> holds = new TreeMap<>();
            Map<String, Long> counted = new TreeMap<>();
            long now = 1_000;
            int limit = 10 + random.nextInt(20);
            for (int step = 0; step < STEPS; step++) {
                now += random.nextInt(40);
                if (random.nextInt(2) == 0 || holds.isEmpty()) {
                    long at = now;
                    holds.values().removeIf(hold -> {
                        boolean lapsed = hold.lapsesAt() <= at;
                        if (lapsed) {
                            counted.merge(hold.field(), 1L, Long::sum);
                        }
                        return lapsed;
                    });
                    String id = "hold-" + step;
                    String field = random.nextBoolean() ? "messages" : "media";
                    long used = counted.getOrDefault("messages", 0L) + counted.getOrDefault("media", 0L) + holds.size();
                    boolean fits = used < limit;
                    assertThat(run(random, reserve, keys, id, field, limit, now, 500, 60_000))
                            .isEqualTo(List.of(fits ? 1L : 0L, used));
                    if (fits) {
                        holds.put(id, new Hold(field, now + 500));
                    }
                } else {
                    String ended = List.copyOf(holds.keySet()).get(random.nextInt(holds.size()));
                    Hold hold = Objects.requireNonNull(holds.remove(ended));
                    String becomes = List.of(hold.field(), "failed", "").get(random.nextInt(3));
                    run(random, settle, keys, ended, hold.field(), becomes, 60_000);
                    if (!becomes.isEmpty()) {
                        counted.merge(becomes, 1L, Long::sum);
                    }
                }
                Map<Object, Object> stored = redis.opsForHash()
                        .entries(key)
                        .collectMap(Map.Entry::getKey, Map.Entry::getValue)
                        .block(PATIENCE);
                assertThat(stored).isEqualTo(asText(counted));
            }
        });
    }

    private static Map<Object, Object> asText(Map<String, Long> counts) {
        Map<Object, Object> text = new HashMap<>();
        counts.forEach((field, count) -> text.put(field, String.valueOf(count)));
        return text;
    }

    @Test
    void aTenantNeverHasMoreSessionsThanItsPlanAllows() {
        LuaScript<List<Object>> reserve = LuaScript.returningList("reserve-session");
        forEachSeed((random, key) -> {
            Map<String, Boolean> taken = new HashMap<>();
            for (int step = 0; step < STEPS; step++) {
                String session = "session-" + random.nextInt(8);
                if (random.nextInt(3) > 0) {
                    boolean fits = taken.containsKey(session) || taken.size() < 5;
                    if (fits) {
                        taken.put(session, true);
                    }
                    assertThat(run(random, reserve, List.of(key), session, step, 5))
                            .isEqualTo(List.of(fits ? 1L : 0L, (long) taken.size()));
                } else {
                    redis.opsForZSet().remove(key, session).block(PATIENCE);
                    taken.remove(session);
                }
            }
        });
    }

    @Test
    void aMarkOfDeletionStaysUntilItsOwnAttemptTakesItBack() {
        LuaScript<Long> mark = LuaScript.returningLong("mark-session-deleted");
        LuaScript<Long> unmark = LuaScript.returningLong("unmark-session-deleted");
        forEachSeed((random, key) -> {
            String holder = "";
            boolean mayBeUndone = false;
            assertThat(run(random, mark, List.of(key), "early", "keep", 60_000))
                    .as("no such session")
                    .isZero();
            redis.opsForHash().put(key, "name", "a session").block(PATIENCE);
            for (int step = 0; step < STEPS; step++) {
                String attempt = "attempt-" + random.nextInt(3);
                if (random.nextInt(3) > 0) {
                    boolean take = random.nextInt(4) == 0;
                    mayBeUndone = !take && (holder.isEmpty() || mayBeUndone);
                    holder = take || holder.isEmpty() ? attempt : holder;
                    assertThat(run(random, mark, List.of(key), attempt, take ? "take" : "keep", 60_000))
                            .isEqualTo(holder.equals(attempt) ? 1 : 2);
                } else {
                    run(random, unmark, List.of(key), attempt);
                    mayBeUndone = mayBeUndone && !holder.equals(attempt);
                    holder = holder.equals(attempt) ? "" : holder;
                }
                assertThat(redis.opsForHash().hasKey(key, "deleted_from").block(PATIENCE))
                        .isEqualTo(mayBeUndone);
            }
        });
    }

    /** Redis's clock is not ours, but it lies between its time before and after. */
    @Test
    void aBucketGivesWhatItHoldsAndRefillsEvenly() {
        LuaScript<List<Object>> take = LuaScript.returningList("take-request");
        forEachSeed((random, key) -> {
            int quota = 1 + random.nextInt(20);
            long window = 1_000L * (20 + random.nextInt(200));
            long cost = window / quota;
            long fullAt = 0;
            for (int step = 0; step < STEPS / 2; step++) {
                long before = redisMicros();
                List<Object> answer = Objects.requireNonNull(
                        take.run(redis, List.of(key), quota, window / 1_000).block(PATIENCE));
                long after = redisMicros();
                String stored = redis.opsForValue().get(key).block(PATIENCE);
                if (answer.getFirst().equals(1L)) {
                    assertThat(Math.max(fullAt - after, 0) + cost).isLessThanOrEqualTo(window);
                    long earliest = Math.max(fullAt, before) + cost;
                    fullAt = stored == null ? earliest : Long.parseLong(stored);
                    assertThat(fullAt).isBetween(earliest, Math.max(earliest, after + cost));
                } else {
                    assertThat(Math.max(fullAt - before, 0) + cost).isGreaterThan(window);
                    assertThat((Long) answer.get(2))
                            .as("ms until there is one again")
                            .isPositive();
                }
            }
        });
    }

    private long redisMicros() {
        List<String> time = gateway.worker().redis().time();
        return Long.parseLong(time.get(0)) * 1_000_000 + Long.parseLong(time.get(1));
    }

    /** Runs a script, sometimes twice, and returns what it returned last. */
    private <T> T run(Random random, LuaScript<T> script, List<String> keys, Object... arguments) {
        if (random.nextInt(4) == 0) {
            script.run(redis, keys, arguments).block(PATIENCE);
        }
        return Objects.requireNonNull(script.run(redis, keys, arguments).block(PATIENCE));
    }

    private void forEachSeed(OneCase one) {
        Long only = Long.getLong("model.seed");
        for (long seed = only == null ? 1 : only; seed <= (only == null ? CASES : only); seed++) {
            String key = "{t:model}:" + seed;
            redis.delete(key, key + ":holds").block(PATIENCE);
            try {
                one.run(new Random(seed), key);
            } catch (AssertionError | RuntimeException e) {
                throw new AssertionError("seed " + seed + ", alone with -Dmodel.seed=" + seed + ": " + e, e);
            }
        }
    }
}
