package dev.merpati.worker;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.merpati.model.command.Command;
import dev.merpati.model.command.CommandEnvelope;
import dev.merpati.model.kafka.CommandTopic;
import dev.merpati.model.outcome.CommandState;
import dev.merpati.model.outcome.FailureCode;
import dev.merpati.model.outcome.Outcome;
import dev.merpati.model.outcome.OutcomeCodec;
import dev.merpati.model.outcome.Receipt;
import dev.merpati.worker.fencing.FencedException;
import dev.merpati.worker.fencing.FencedRedis;
import dev.merpati.worker.fencing.OwnershipProof;
import dev.merpati.worker.fencing.ShardLease;
import dev.merpati.worker.fencing.ShardOwnership;
import dev.merpati.worker.store.Completion;
import dev.merpati.worker.store.RecordModel;
import dev.merpati.worker.store.RedisCommandStore;
import dev.merpati.worker.store.RedisSessionStore;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.UUID;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.springframework.core.io.FileSystemResource;
import org.springframework.data.redis.core.StringRedisTemplate;
import org.springframework.data.redis.core.script.RedisScript;

/**
 * The scripts of worker and gateway on one shard, in random order by owners old and new, against a real Redis that now
 * and then loses its last writes: each step is compared with {@link RecordModel}.
 *
 * <p>A failure names its seed; {@code -Dmodel.seed=<seed>} runs that case alone.
 */
class ScriptsModelIT {
    private static final int CASES = Integer.getInteger("model.cases", 40);
    private static final int STEPS = 60;
    /** Modules share no code, but both write these records. */
    private static final Path GATEWAY_SCRIPTS = Path.of("../api-gateway/src/main/resources/lua");

    private static final RedisScript<Long> CREATE = gatewayScript("create-command");
    private static final RedisScript<Long> WITHDRAW = gatewayScript("withdraw-command");
    private static final String WITHDRAWN =
            OutcomeCodec.encode(Outcome.Failed.of(FailureCode.WITHDRAWN, "Kafka did not confirm it"));
    private static final List<Completion> COMPLETIONS = List.of(
            Completion.of(new Outcome.MessageSent(null, null)),
            Completion.unsent(FailureCode.EXPIRED, "late"),
            Completion.unacknowledged("nobody answered"),
            Completion.of(Outcome.Failed.of(FailureCode.SESSION_DELETED, "gone"))
                    .outlivingSession());

    private final TestGateway gateway = new TestGateway(
            new CommandTopic("scripts", 4),
            Services.kafka().bootstrapServers(),
            Services.redis().host(),
            Services.redis().port());

    @AfterEach
    void close() {
        gateway.close();
    }

    @Test
    void theScriptsDoWhatTheModelSays() {
        Long only = Long.getLong("model.seed");
        for (long seed = only == null ? 1 : only; seed <= (only == null ? CASES : only); seed++) {
            try {
                new Case(seed).run();
            } catch (AssertionError | RuntimeException e) {
                throw new AssertionError("seed " + seed + ", alone with -Dmodel.seed=" + seed + ": " + e, e);
            }
        }
    }

    private static RedisScript<Long> gatewayScript(String name) {
        return RedisScript.of(new FileSystemResource(GATEWAY_SCRIPTS.resolve(name + ".lua")), Long.class);
    }

    private final class Case {
        private final Random random;
        private final StringRedisTemplate redis = gateway.redis();
        private final FencedRedis fenced = new FencedRedis(
                redis, gateway.keys(), new OwnershipProof(), System::nanoTime, new SimpleMeterRegistry());
        private final RedisCommandStore commands =
                new RedisCommandStore(fenced, gateway.keys(), InstantSource.system());
        private final RedisSessionStore sessions =
                new RedisSessionStore(redis, fenced, gateway.keys(), InstantSource.system(), Duration.ofSeconds(2));
        private final UUID session = UUID.randomUUID();
        private final int shard = gateway.keys().shardMap().shardOf(session);
        private final List<CommandEnvelope> envelopes = new ArrayList<>();
        private final List<ShardLease> leases = new ArrayList<>();
        private final RecordModel model = new RecordModel();
        private @Nullable String owner;
        private long newestEpoch;
        private Saved saved;

        /** All of the shard at one moment, in Redis and in the model. */
        private record Saved(
                @Nullable String epoch,
                @Nullable String owner,
                Map<String, Map<String, String>> records,
                Set<String> listed,
                RecordModel.Snapshot model) {}

        Case(long seed) {
            random = new Random(seed);
            gateway.clearRedis();
            for (int i = 0; i < 4; i++) {
                envelopes.add(gateway.envelope(session, new Command.StartSession(), Duration.ofMinutes(1)));
            }
            take();
            saved = save();
        }

        void run() {
            for (int step = 0; step < STEPS; step++) {
                CommandEnvelope envelope = envelopes.get(random.nextInt(envelopes.size()));
                ShardLease lease = leases.get(random.nextInt(leases.size()));
                act(envelope, lease);
                compare("step " + step);
            }
        }

        private void act(CommandEnvelope envelope, ShardLease lease) {
            String id = envelope.commandId();
            switch (random.nextInt(14)) {
                case 0 -> take();
                case 1, 2 -> create(id, "maker-" + random.nextInt(2));
                case 3 -> withdraw(id);
                case 4, 5 -> fenced(lease, () -> commands.claim(lease, envelope), () -> model.claim(id));
                case 6, 7 -> finish(lease, envelope, COMPLETIONS.get(random.nextInt(COMPLETIONS.size())));
                case 8 -> {
                    Receipt receipt = random.nextBoolean() ? Receipt.READ : Receipt.DELIVERED;
                    fenced(lease, () -> done(() -> commands.receipt(lease, id, receipt)), () -> {
                        model.receipt(id, receipt.name());
                        return true;
                    });
                }
                case 9 -> confirm(lease);
                case 10 -> release(lease);
                case 11 -> {
                    if (random.nextInt(4) == 0) {
                        fenced(lease, () -> done(() -> sessions.delete(lease, session)), () -> {
                            model.deleteListed();
                            return true;
                        });
                    }
                }
                case 12 -> saved = save();
                case 13 -> restore();
                default -> throw new IllegalStateException();
            }
        }

        private void take() {
            owner = "worker-" + leases.size();
            ShardLease lease = ownership(owner).take(shard, () -> {});
            assertThat(lease.epoch()).as("newer than all before").isGreaterThan(newestEpoch);
            newestEpoch = model.take(lease.epoch());
            assertThat(newestEpoch).isEqualTo(lease.epoch());
            leases.add(lease);
        }

        private ShardOwnership ownership(String worker) {
            return new ShardOwnership(
                    fenced, gateway.keys(), worker, Duration.ofMinutes(1), System::nanoTime, new SimpleMeterRegistry());
        }

        private void create(String id, String maker) {
            Long made = redis.execute(
                    CREATE,
                    List.of(gateway.keys().command(id), gateway.keys().commandsOfSession(session)),
                    id,
                    TestGateway.TENANT,
                    session.toString(),
                    maker,
                    String.valueOf(System.currentTimeMillis()),
                    "60000",
                    "0",
                    "SEND_TEXT",
                    "",
                    RecordModel.MAY_BEGIN_ANEW.stream()
                            .map(FailureCode::name)
                            .collect(Collectors.joining(",", ",", ",")));
            assertThat(made).isEqualTo(model.create(id, maker) ? 1 : 0);
        }

        private void withdraw(String id) {
            Long done = redis.execute(WITHDRAW, List.of(gateway.keys().command(id)), WITHDRAWN);
            assertThat(done).isEqualTo(model.withdraw(id, WITHDRAWN) ? 1 : 0);
        }

        private void finish(ShardLease lease, CommandEnvelope envelope, Completion ending) {
            CommandState state =
                    ending.outcome() instanceof Outcome.Failed ? CommandState.FAILED : CommandState.SUCCEEDED;
            fenced(
                    lease,
                    () -> commands.finish(lease, envelope, ending),
                    () -> OutcomeCodec.decode(model.finish(
                            envelope.commandId(),
                            state,
                            OutcomeCodec.encode(ending.outcome()),
                            OutcomeCodec.encode(ending.ifStartedBefore()),
                            !ending.outlivesSession())));
        }

        private void confirm(ShardLease lease) {
            String worker = "worker-" + leases.indexOf(lease);
            fenced(lease, () -> done(() -> ownership(worker).confirm(lease)), () -> {
                owner = worker;
                return true;
            });
        }

        private void release(ShardLease lease) {
            String worker = "worker-" + leases.indexOf(lease);
            fenced(lease, () -> done(() -> ownership(worker).release(lease)), () -> {
                owner = worker.equals(owner) ? null : owner;
                return true;
            });
        }

        /** Both refuse, or both do it and say the same. */
        private <T> void fenced(ShardLease lease, Supplier<T> real, Supplier<T> modelled) {
            if (model.isFenced(lease.epoch())) {
                assertThatThrownBy(real::get).isInstanceOf(FencedException.class);
            } else {
                assertThat(real.get()).isEqualTo(modelled.get());
            }
        }

        private static boolean done(Runnable action) {
            action.run();
            return true;
        }

        private void compare(String when) {
            assertThat(redis.opsForValue().get(gateway.keys().epoch(shard)))
                    .as(when)
                    .isEqualTo(String.valueOf(model.epoch()));
            assertThat(redis.opsForValue().get(gateway.keys().owner(shard)))
                    .as(when)
                    .isEqualTo(owner);
            assertThat(redis.opsForZSet().range(gateway.keys().commandsOfSession(session), 0, -1))
                    .as(when)
                    .containsExactlyInAnyOrderElementsOf(model.listed());
            for (CommandEnvelope envelope : envelopes) {
                assertThat(stored(envelope.commandId())).as(when).isEqualTo(model.find(envelope.commandId()));
            }
        }

        private RecordModel.@Nullable Stored stored(String id) {
            Map<String, String> hash =
                    redis.<String, String>opsForHash().entries(gateway.keys().command(id));
            String state = hash.get("state");
            return state == null
                    ? null
                    : new RecordModel.Stored(
                            CommandState.valueOf(state), hash.get("outcome"), hash.get("receipt"), hash.get("maker"));
        }

        private Saved save() {
            Map<String, Map<String, String>> records = new HashMap<>();
            for (CommandEnvelope envelope : envelopes) {
                String key = gateway.keys().command(envelope.commandId());
                records.put(key, redis.<String, String>opsForHash().entries(key));
            }
            return new Saved(
                    redis.opsForValue().get(gateway.keys().epoch(shard)),
                    owner,
                    records,
                    Set.copyOf(model.listed()),
                    model.snapshot());
        }

        /** Redis loses what was written since. */
        private void restore() {
            gateway.clearRedis();
            set(gateway.keys().epoch(shard), saved.epoch());
            set(gateway.keys().owner(shard), saved.owner());
            saved.records().forEach((key, hash) -> {
                if (!hash.isEmpty()) {
                    redis.opsForHash().putAll(key, hash);
                }
            });
            saved.listed()
                    .forEach(id -> redis.opsForZSet()
                            .add(gateway.keys().commandsOfSession(session), id, (double) System.currentTimeMillis()));
            owner = saved.owner();
            model.restore(saved.model());
        }

        private void set(String key, @Nullable String value) {
            if (value != null) {
                redis.opsForValue().set(key, value);
            }
        }
    }
}
