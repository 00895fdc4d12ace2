package dev.merpati.worker;

import static org.assertj.core.api.Assertions.assertThat;

import dev.merpati.model.command.Command;
import dev.merpati.model.command.CommandEnvelope;
import dev.merpati.model.outcome.Outcome;
import dev.merpati.model.outcome.Receipt;
import dev.merpati.model.redis.RedisKeys;
import dev.merpati.model.session.SessionStatus;
import dev.merpati.model.shard.ShardMap;
import dev.merpati.worker.fencing.FencedRedis;
import dev.merpati.worker.fencing.OwnershipProof;
import dev.merpati.worker.fencing.ShardLease;
import dev.merpati.worker.fencing.ShardOwnership;
import dev.merpati.worker.media.TestReceived;
import dev.merpati.worker.settings.TestSettings;
import dev.merpati.worker.store.Completion;
import dev.merpati.worker.store.RedisCommandStore;
import dev.merpati.worker.store.RedisCredentialsStore;
import dev.merpati.worker.store.RedisReceivedMediaStore;
import dev.merpati.worker.store.RedisSessionStore;
import dev.merpati.worker.store.SessionView;
import dev.merpati.worker.whatsapp.FakeConnection;
import io.lettuce.core.cluster.SlotHash;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.io.IOException;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.UUID;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Redis Cluster runs a script only when all of its keys are in one slot, and knows only of keys that are declared. */
class ScriptKeysTest {
    private static final Pattern CALL = Pattern.compile("redis\\.call\\('(\\w+)'(?:, ([^,)]+))?");
    private static final Pattern ANY_CALL = Pattern.compile("redis\\.p?call");
    private static final Set<String> WITHOUT_KEY = Set.of("TIME", "PUBLISH");

    private final RecordingRedis redis = new RecordingRedis();
    private final RedisKeys keys = new RedisKeys(new ShardMap(128));
    private final SimpleMeterRegistry meters = new SimpleMeterRegistry();
    private final FencedRedis fenced = new FencedRedis(redis, keys, new OwnershipProof(), System::nanoTime, meters);
    private final UUID session = UUID.randomUUID();

    @Test
    void everyScriptHasAllItsKeysInOneSlot() throws Exception {
        runEachOnce();

        assertThat(redis.runs())
                .allSatisfy(run -> assertThat(
                                run.keys().stream().map(SlotHash::getSlot).distinct())
                        .as("%s with %s", run.script(), run.keys())
                        .hasSize(1));
        for (Path script : scripts().filter(path -> !path.endsWith("fence.lua")).toList()) {
            String source = Files.readString(script);
            assertThat(redis.runs())
                    .as("%s was run", script.getFileName())
                    .anyMatch(run -> run.script().endsWith(source));
        }
    }

    @ParameterizedTest
    @MethodSource("scripts")
    void aScriptTouchesOnlyTheKeysThatItWasGiven(Path script) throws IOException {
        Matcher call = CALL.matcher(Files.readString(script));
        int calls = 0;

        while (call.find()) {
            calls++;
            if (!WITHOUT_KEY.contains(call.group(1))) {
                assertThat(call.group(2)).as(call.group()).matches("KEYS\\[(\\d+|i)]");
            }
        }
        assertThat(calls)
                .as("every call in %s is understood", script.getFileName())
                .isPositive()
                .isEqualTo(ANY_CALL.splitAsStream(Files.readString(script)).count() - 1);
    }

    private void runEachOnce() {
        ShardOwnership ownership = new ShardOwnership(
                fenced, keys, "w1", Duration.ofSeconds(20), System::nanoTime, new SimpleMeterRegistry());
        ShardLease lease = ownership.take(keys.shardMap().shardOf(session), () -> {});
        ownership.confirm(lease);
        ownership.release(lease);
        RedisCommandStore commands = new RedisCommandStore(fenced, keys, InstantSource.system());
        CommandEnvelope envelope = envelope();
        commands.claim(lease, envelope);
        commands.finish(lease, envelope, Completion.of(new Outcome.MessageSent(null, null)));
        commands.receipt(lease, envelope.commandId(), Receipt.READ);
        RedisSessionStore sessions =
                new RedisSessionStore(redis, fenced, keys, InstantSource.system(), Duration.ofSeconds(2));
        sessions.show(lease, session, new SessionView(SessionStatus.CONNECTED, null, null, null));
        sessions.noteHeard(lease, session, "connected");
        sessions.markedAsDeleted(List.of(session));
        sessions.confirm(lease, session);
        redis.nextRange(Stream.generate(() -> envelope().commandId()).limit(3).collect(Collectors.toSet()));
        sessions.delete(lease, session);
        RedisCredentialsStore credentials = new RedisCredentialsStore(
                redis, fenced, keys, TestSettings.with().credentials());
        credentials.save(lease, session, FakeConnection.credentials("keys"), Map.of(), false);
        credentials.saveRecords(lease, session, Map.of("a", new byte[1]));
        credentials.drop(lease, session);
        new RedisReceivedMediaStore(
                        redis,
                        fenced,
                        keys,
                        TestSettings.with().credentials(),
                        InstantSource.system(),
                        Duration.ofDays(7))
                .remember(lease, session, "media", TestReceived.reference());
    }

    private CommandEnvelope envelope() {
        Instant now = Instant.now();
        return new CommandEnvelope(
                keys.shardMap().newCommandId(session),
                "tenant",
                session,
                "gateway",
                "request",
                now,
                now.plusSeconds(60),
                new Command.StartSession());
    }

    private static Stream<Path> scripts() throws IOException, URISyntaxException {
        Path folder = Path.of(
                Objects.requireNonNull(ScriptKeysTest.class.getResource("/lua")).toURI());
        List<Path> all;
        try (Stream<Path> files = Files.list(folder)) {
            all = files.toList();
        }
        assertThat(all).isNotEmpty();
        return all.stream();
    }
}
