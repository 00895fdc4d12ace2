package dev.merpati.worker.session;

import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import dev.merpati.model.command.CommandEnvelope;
import dev.merpati.worker.settings.TestSettings;
import dev.merpati.worker.settings.WorkerSettings;
import dev.merpati.worker.store.RecordModel;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.UUID;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.slf4j.LoggerFactory;

/**
 * The life of commands through random interleavings of everything that can happen: crash, pause, take-over, redelivery,
 * late and lost acknowledgements, lost answers of Redis and Kafka, withdrawal, expiry, full mailboxes, clients who ask
 * again. What has to hold is checked on the way in {@link ModelWorld} and at the end here.
 *
 * <p>A failure names its seed; {@code -Dmodel.seed=<seed>} runs that case alone.
 */
class CommandModelTest {
    private static final int CASES = Integer.getInteger("model.cases", 300);
    private static final Logger LOG = (Logger) LoggerFactory.getLogger("dev.merpati.worker");
    private static final @Nullable Level BEFORE = LOG.getLevel();
    private static final WorkerSettings SETTINGS = TestSettings.with().worker();
    private static final WorkMetrics METRICS = new WorkMetrics(new SimpleMeterRegistry());

    /** Everything that goes wrong on purpose would be logged. */
    @BeforeAll
    static void silence() {
        LOG.setLevel(Level.OFF);
    }

    @AfterAll
    static void restore() {
        LOG.setLevel(BEFORE);
    }

    @Test
    void noCommandIsLostOrSentTwiceOrDenied() {
        forEachSeed(seed -> new Case(seed, false, true).run());
    }

    @Test
    void keepsTheOrderOfASessionWhileItsOwnerStays() {
        forEachSeed(seed -> new Case(seed, false, false).run());
    }

    @Test
    void epochsGrowAndAnswersOfSuccessAreTrueEvenWhenRedisForgets() {
        forEachSeed(seed -> new Case(seed, true, true).run());
    }

    private interface OneCase {
        void run(long seed);
    }

    private static void forEachSeed(OneCase one) {
        Long only = Long.getLong("model.seed");
        for (long seed = only == null ? 1 : only; seed <= (only == null ? CASES : only); seed++) {
            try {
                one.run(seed);
            } catch (AssertionError | RuntimeException e) {
                throw new AssertionError(
                        "seed " + seed + ", alone with -Dmodel.seed=" + seed + ": " + e.getMessage(), e);
            }
        }
    }

    private static final class Case {
        private final ModelWorld world;
        private final boolean forgetful;
        private final boolean crashing;
        private final ModelGateway gateway;
        private final List<ModelWorker> zombies = new ArrayList<>();
        private RecordModel.Snapshot saved;
        private @Nullable ModelWorker owner;

        Case(long seed, boolean forgetful, boolean crashing) {
            this.world = new ModelWorld(seed);
            this.forgetful = forgetful;
            this.crashing = crashing;
            this.saved = world.records.snapshot();
            this.gateway = new ModelGateway(
                    world, IntStream.range(0, 2).mapToObj(i -> new UUID(0, i)).toList());
            this.owner = new ModelWorker(world, SETTINGS, METRICS);
        }

        void run() {
            for (int step = 0; step < 160; step++) {
                if (world.chance(70)) {
                    world.interleaving.advance();
                } else {
                    act();
                }
            }
            settle();
            check();
        }

        private void act() {
            ModelWorker current = owner;
            switch (world.random.nextInt(crashing ? 14 : 8)) {
                case 0, 1 -> gateway.newRequest();
                case 2 -> gateway.appendLate();
                case 3 -> world.pass(Duration.ofSeconds(10));
                case 4, 5, 6 -> {
                    if (current != null) {
                        current.poll();
                    }
                }
                case 7 -> {
                    if (current != null) {
                        current.commit();
                    }
                }
                case 8 -> {
                    if (current != null) {
                        current.kill();
                        owner = null;
                    }
                }
                case 9 -> takeOver();
                case 10 -> {
                    if (current != null) {
                        current.process().pause();
                        world.pass(Duration.ofSeconds(40));
                    }
                }
                case 11 -> zombies.forEach(zombie -> zombie.process().wake());
                case 12 -> {
                    if (current != null) {
                        current.leave();
                    }
                }
                case 13 -> disturb();
                default -> throw new IllegalStateException();
            }
        }

        /** Kafka gives the shard to another worker, whatever the one before is doing. */
        private void takeOver() {
            ModelWorker before = owner;
            if (before != null) {
                zombies.add(before);
                if (world.chance(50)) {
                    before.abort();
                }
            }
            owner = new ModelWorker(world, SETTINGS, METRICS);
        }

        private void disturb() {
            if (!forgetful) {
                gateway.crash();
            } else if (world.chance(50)) {
                saved = world.records.snapshot();
            } else {
                world.forgot = true;
                world.records.restore(saved);
            }
        }

        /** Everything is well again, and there is time. */
        private void settle() {
            world.healed = true;
            gateway.appendLate();
            zombies.forEach(zombie -> zombie.process().wake());
            if (crashing) {
                takeOver();
            }
            ModelWorker last = Objects.requireNonNull(owner);
            boolean moved = true;
            while (moved || world.committed < world.topic.size()) {
                last.poll();
                last.commit();
                moved = world.interleaving.advance();
            }
            world.pass(Duration.ofMinutes(5));
            gateway.unpublished.forEach(gateway::endStranded);
        }

        private void check() {
            assertThat(world.committed).isEqualTo(world.topic.size());
            for (ModelGateway.Answer answer : gateway.answers) {
                boolean arrived = world.arrived.contains(answer.id());
                switch (answer.told()) {
                    case SENT ->
                        assertThat(arrived).as("%s is on the phone", answer).isTrue();
                    case NOT_SENT ->
                        assertThat(arrived && !world.forgot)
                                .as("%s is not on the phone", answer)
                                .isFalse();
                    case UNKNOWN -> {}
                }
            }
            if (world.forgot) {
                return;
            }
            for (CommandEnvelope envelope : world.topic) {
                boolean arrived = world.arrived.contains(envelope.commandId());
                switch (gateway.look(envelope.commandId())) {
                    case SENT -> assertThat(arrived).as("%s", envelope).isTrue();
                    case NOT_SENT -> assertThat(arrived).as("%s", envelope).isFalse();
                    case UNKNOWN ->
                        assertThat(world.mayHaveLeft)
                                .as("only what may have left is unknown in the end")
                                .contains(envelope.commandId());
                }
            }
            world.phone.forEach((text, ids) -> assertThat(ids).as(text).hasSize(1));
            if (!crashing) {
                checkOrder();
            }
        }

        private void checkOrder() {
            for (int session = 0; session < 2; session++) {
                UUID id = new UUID(0, session);
                List<String> inOrder = world.topic.stream()
                        .filter(envelope -> envelope.sessionId().equals(id))
                        .map(CommandEnvelope::commandId)
                        .filter(world.arrived::contains)
                        .toList();
                assertThat(world.arrived.stream().filter(inOrder::contains)).containsExactlyElementsOf(inOrder);
            }
        }
    }
}
