package dev.merpati.worker.session;

import static org.assertj.core.api.Assertions.assertThat;

import dev.merpati.model.command.CommandEnvelope;
import dev.merpati.model.outcome.CommandState;
import dev.merpati.worker.fencing.TestLeases;
import dev.merpati.worker.store.RecordModel;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import java.util.Set;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** What is around gateway and workers: the topic, Redis, the phones, the time; and what must hold at every moment. */
final class ModelWorld {
    final Random random;
    final Interleaving interleaving;
    final RecordModel records = new RecordModel();
    final List<CommandEnvelope> topic = new ArrayList<>();
    /** By message text: the ids under which it reached the phone. */
    final Map<String, Set<String>> phone = new LinkedHashMap<>();
    /** In the order in which they first reached the phone. */
    final Set<String> arrived = new LinkedHashSet<>();

    /** Those that a worker wrote to its socket, or of which it could not know how far an earlier one had come. */
    final Set<String> mayHaveLeft = new HashSet<>();

    long committed;
    Instant now = Instant.parse("2026-01-01T00:00:00Z");
    /** Redis and WhatsApp do what they should. */
    boolean healed;
    /** Redis has lost writes, so that what was stored may not be. */
    boolean forgot;

    private final Map<String, String> finals = new HashMap<>();
    private long newestEpoch;

    ModelWorld(long seed) {
        this.random = new Random(seed);
        this.interleaving = new Interleaving(random);
    }

    boolean chance(int percent) {
        return random.nextInt(100) < percent;
    }

    /** Something goes wrong. */
    boolean trouble(int percent) {
        return !healed && chance(percent);
    }

    long nanoTime() {
        return Duration.between(Instant.EPOCH, now).toNanos();
    }

    void pass(Duration most) {
        now = now.plusMillis(random.nextLong(most.toMillis() + 1));
    }

    long takeEpoch() {
        now = now.plusNanos(1_000);
        long taken = records.take(now.getEpochSecond() * 1_000_000 + now.getNano() / 1_000);
        assertThat(taken).as("an epoch is newer than all before").isGreaterThan(newestEpoch);
        newestEpoch = taken;
        return taken;
    }

    /** A write was let through under an epoch. */
    void written(long epoch) {
        if (!forgot) {
            assertThat(epoch).as("only the newest owner writes").isEqualTo(newestEpoch);
        }
    }

    /** A call to Redis: it may fail before it was done, or after. */
    <T extends @Nullable Object> T redis(Supplier<T> script) {
        interleaving.step();
        if (trouble(8)) {
            throw TestLeases.unavailable("Redis was not reached");
        }
        T result = script.get();
        checkFinals();
        interleaving.step();
        if (trouble(8)) {
            throw TestLeases.unavailable("the answer of Redis was lost");
        }
        return result;
    }

    void arrives(String text, String id) {
        phone.computeIfAbsent(text, _ -> new LinkedHashSet<>()).add(id);
        arrived.add(id);
    }

    void commit(long offset) {
        for (int i = 0; i < offset; i++) {
            RecordModel.Stored stored = records.find(topic.get(i).commandId());
            if (!forgot) {
                assertThat(stored != null && stored.state().isFinal())
                        .as("offset %d is committed, the record at %d is %s", offset, i, stored)
                        .isTrue();
            }
        }
        committed = Math.max(committed, offset);
    }

    /** An outcome that stands does not change. */
    private void checkFinals() {
        records.snapshot().records().forEach((id, stored) -> {
            if (stored.state().isFinal() && !forgot) {
                String outcome = Objects.requireNonNull(stored.outcome());
                assertThat(finals.computeIfAbsent(id, _ -> outcome)).as(id).isEqualTo(outcome);
            }
        });
        if (!forgot) {
            assertThat(finals.keySet())
                    .allSatisfy(id -> assertThat(records.find(id))
                            .isNotNull()
                            .extracting(RecordModel.Stored::state)
                            .matches(CommandState::isFinal));
        }
    }
}
