package dev.merpati.worker.session;

import dev.merpati.model.command.Command;
import dev.merpati.model.command.CommandEnvelope;
import dev.merpati.model.outcome.CommandState;
import dev.merpati.model.outcome.FailureCode;
import dev.merpati.model.outcome.Outcome;
import dev.merpati.model.outcome.OutcomeCodec;
import dev.merpati.worker.fencing.RedisUnavailableException;
import dev.merpati.worker.store.RecordModel;
import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.UUID;
import java.util.function.Supplier;

/** What {@code CommandBus} of the gateway does, and clients who ask again when they were told that nothing was sent. */
final class ModelGateway {
    private static final Duration LIFE = Duration.ofSeconds(60);
    private static final String WITHDRAWN =
            OutcomeCodec.encode(Outcome.Failed.of(FailureCode.WITHDRAWN, "Kafka did not confirm it"));
    /** After these nobody knows whether the message is on the phone. */
    private static final Set<FailureCode> UNKNOWN = EnumSet.of(FailureCode.NOT_ACKNOWLEDGED, FailureCode.INTERNAL);

    enum Told {
        SENT,
        NOT_SENT,
        UNKNOWN
    }

    /** What a client was told of a message. */
    record Answer(String id, String text, Told told) {}

    final List<Answer> answers = new ArrayList<>();
    final List<String> unpublished = new ArrayList<>();
    private final ModelWorld world;
    private final List<UUID> sessions;
    private final Interleaving.Actor process = new Interleaving.Actor();
    private final List<CommandEnvelope> late = new ArrayList<>();
    private int ids;
    private int texts;

    ModelGateway(ModelWorld world, List<UUID> sessions) {
        this.world = world;
        this.sessions = sessions;
    }

    void newRequest() {
        request("text-" + texts++, 2);
    }

    private void request(String text, int retries) {
        String id = "id-" + ids++;
        UUID session = sessions.get(world.random.nextInt(sessions.size()));
        String to = world.chance(15) ? "390" : "391";
        CommandEnvelope envelope = new CommandEnvelope(
                id,
                "tenant",
                session,
                "gateway",
                "request",
                world.now,
                world.now.plus(LIFE),
                new Command.SendText(to, text, world.chance(30)));
        world.interleaving
                .threadsOf(process)
                .newThread(() -> {
                    Told told = serve(envelope);
                    answers.add(new Answer(id, text, told));
                    if (told == Told.NOT_SENT && retries > 0 && world.chance(50)) {
                        request(text, retries - 1);
                    }
                })
                .start();
    }

    private Told serve(CommandEnvelope envelope) {
        String id = envelope.commandId();
        try {
            world.redis(() -> world.records.create(id, "maker-" + id));
        } catch (RedisUnavailableException e) {
            unpublished.add(id);
            return Told.NOT_SENT;
        }
        world.interleaving.step();
        boolean failed = world.trouble(20);
        if (!failed || world.chance(33)) {
            world.topic.add(envelope);
        } else if (world.chance(50)) {
            late.add(envelope);
        } else {
            unpublished.add(id);
        }
        world.interleaving.step();
        if (failed && retried(() -> world.records.withdraw(id, WITHDRAWN))) {
            return Told.NOT_SENT;
        }
        for (int looks = world.random.nextInt(6); looks > 0; looks--) {
            Told told = look(id);
            if (told != Told.UNKNOWN) {
                return told;
            }
        }
        return Told.UNKNOWN;
    }

    /** What the record says now. */
    Told look(String id) {
        try {
            RecordModel.Stored stored = world.redis(() -> world.records.find(id));
            return stored == null || !stored.state().isFinal() ? Told.UNKNOWN : told(stored);
        } catch (RedisUnavailableException e) {
            return Told.UNKNOWN;
        }
    }

    private static Told told(RecordModel.Stored stored) {
        if (stored.state() == CommandState.SUCCEEDED) {
            return Told.SENT;
        }
        Outcome.Failed failed = (Outcome.Failed) OutcomeCodec.decode(Objects.requireNonNull(stored.outcome()));
        return UNKNOWN.contains(failed.code()) ? Told.UNKNOWN : Told.NOT_SENT;
    }

    /** What Kafka had not confirmed gets there after all. */
    void appendLate() {
        world.topic.addAll(late);
        late.clear();
    }

    /** All requests under way end without an answer. */
    void crash() {
        world.interleaving.kill(process);
    }

    /** A command that nobody has begun long after its time, as {@code CommandBus.find} ends it. */
    void endStranded(String id) {
        world.records.withdraw(id, WITHDRAWN);
    }

    private boolean retried(Supplier<Boolean> script) {
        for (int tries = 0; tries < 4; tries++) {
            try {
                return world.redis(script);
            } catch (RedisUnavailableException e) {
                // Again.
            }
        }
        return false;
    }
}
