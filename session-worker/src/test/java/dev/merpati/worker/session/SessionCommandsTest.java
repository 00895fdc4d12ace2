package dev.merpati.worker.session;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.merpati.model.command.Command;
import dev.merpati.model.command.MediaKind;
import dev.merpati.model.command.MediaReference;
import dev.merpati.model.number.NumberStatus;
import dev.merpati.model.outcome.CommandState;
import dev.merpati.model.outcome.FailureCode;
import dev.merpati.model.outcome.Outcome;
import dev.merpati.testlogging.ExpectErrors;
import dev.merpati.worker.session.SessionFixture.Offered;
import dev.merpati.worker.whatsapp.CloseReason;
import dev.merpati.worker.whatsapp.FakeConnection;
import dev.merpati.worker.whatsapp.SendResult;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.RepetitionInfo;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What becomes of a session's commands, whatever WhatsApp and Redis do. */
class SessionCommandsTest {
    private static final Duration PATIENCE = Duration.ofSeconds(10);
    private static final Duration LIFE = Duration.ofMinutes(1);

    private final SessionFixture fixture = new SessionFixture(
            "merpati.worker.commands.initial-backoff", "10ms",
            "merpati.worker.commands.max-backoff", "10ms",
            "merpati.worker.commands.mailbox-size", "5",
            "merpati.worker.connections.start-jitter", "0s",
            "merpati.worker.connections.unlink-timeout", "200ms");
    private final Session session = fixture.session();

    @Test
    void sendsAndStoresTheOutcomeBeforeItIsFinished() {
        online();

        Offered send = offer(text("A"));

        awaitFinished(send);
        assertThat(outcomeOf(send)).isEqualTo(new Outcome.MessageSent(null, null));
        assertThat(fixture.whatsApp.messageIds()).containsExactly("A");
    }

    @Test
    void sendsNothingForACommandThatEndedBefore() {
        online();
        fixture.store.states.put("A", CommandState.FAILED);
        fixture.store.outcomes.put("A", Outcome.Failed.of(FailureCode.WITHDRAWN, "taken back"));

        awaitFinished(offer(text("A")));

        assertThat(fixture.whatsApp.messages()).isEmpty();
        assertThat(fixture.store.outcomes.get("A")).isEqualTo(Outcome.Failed.of(FailureCode.WITHDRAWN, "taken back"));
    }

    @Test
    void sendsACommandThatWasBegunBeforeAgainUnderItsId() {
        online();
        fixture.store.states.put("A", CommandState.STARTED);

        awaitFinished(offer(text("A")));

        assertThat(fixture.whatsApp.messageIds()).containsExactly("A");
    }

    @Test
    @ExpectErrors(logger = "dev.merpati.worker.session.CommandJournal")
    void aCommandWhoseOutcomeRedisRefusesDoesNotHoldUpTheOthers() {
        online();
        fixture.store.refusesOutcomes = true;
        awaitFinished(offer(text("A")));

        fixture.store.refusesOutcomes = false;
        awaitFinished(offer(text("B")));

        assertThat(fixture.store.outcomes).containsOnlyKeys("B");
        assertThat(fixture.meters
                        .get("merpati.command.outcomes")
                        .tag("code", "not_stored")
                        .counter()
                        .count())
                .isOne();
    }

    @ParameterizedTest
    @CsvSource({"QUEUED, EXPIRED", "STARTED, NOT_ACKNOWLEDGED"})
    void sendsNothingWhenItsTimeIsUp(CommandState before, FailureCode code) {
        online();
        fixture.store.states.put("A", before);

        Offered late = fixture.command("A", new Command.SendText("39", "t", true), Duration.ZERO);
        session.offer(late.task());

        awaitFinished(late);
        assertFailed(late, code);
        assertThat(fixture.whatsApp.messages()).isEmpty();
    }

    @ParameterizedTest
    @CsvSource({"463, REJECTED", "429, RATE_LIMITED"})
    void tellsThatWhatsAppRefused(int reason, FailureCode code) {
        online();
        fixture.whatsApp.whenSent((_, _) -> new SendResult.Refused(reason));

        Offered send = offer(text("A"));

        awaitFinished(send);
        assertThat(outcomeOf(send))
                .isEqualTo(new Outcome.Failed(code, reason, "WhatsApp's server refused the message"));
    }

    @ParameterizedTest
    @CsvSource({"463", "429"})
    void doesNotDenyAMessageThatMayHaveLeftBeforeItWasRefused(int reason) {
        online();
        AtomicInteger tries = new AtomicInteger();
        fixture.whatsApp.whenSent((_, _) -> tries.getAndIncrement() == 0
                ? new SendResult.Unconfirmed("no answer")
                : new SendResult.Refused(reason));

        Offered send = offer(text("A"));

        awaitFinished(send);
        assertFailed(send, FailureCode.NOT_ACKNOWLEDGED);
    }

    @Test
    void triesAgainUnderTheSameIdUntilItIsAcknowledged() {
        online();
        AtomicInteger tries = new AtomicInteger();
        fixture.whatsApp.whenSent((_, _) -> switch (tries.getAndIncrement()) {
            case 0 -> new SendResult.NotSent("not connected");
            case 1 -> new SendResult.Unconfirmed("no answer");
            default -> new SendResult.Acknowledged(null, null);
        });

        Offered send = offer(text("A"));

        awaitFinished(send);
        assertThat(fixture.whatsApp.messageIds()).containsExactly("A", "A", "A");
        assertThat(outcomeOf(send)).isEqualTo(new Outcome.MessageSent(null, null));
    }

    @ParameterizedTest
    @CsvSource({"true, NOT_ACKNOWLEDGED", "false, EXPIRED"})
    void givesUpWhenTheTimeIsUpAndSaysWhetherItMayHaveArrived(boolean mayHaveLeft, FailureCode code) {
        online();
        fixture.whatsApp.whenSent(
                (_, _) -> mayHaveLeft ? new SendResult.Unconfirmed("?") : new SendResult.NotSent("no"));

        Offered send = offer(text("A"));
        awaitOnMovingClock(() -> fixture.whatsApp.messages().size() > 2);
        fixture.timers.advance(LIFE);

        awaitFinished(send);
        assertFailed(send, code);
    }

    @Test
    void tellsThatTheRecipientIsNotRegisteredAndSendsNothing() {
        online();
        fixture.whatsApp.number("39", NumberStatus.INVALID);

        Offered send = offer("A", new Command.SendText("39", "t", false));

        awaitFinished(send);
        assertFailed(send, FailureCode.NOT_REGISTERED);
        assertThat(fixture.whatsApp.messages()).isEmpty();
    }

    @Test
    void neverTakesSilenceForNotRegistered() {
        online();
        fixture.whatsApp.number("39", NumberStatus.UNKNOWN);
        fixture.whatsApp.whenChecked(() -> {
            if (fixture.whatsApp.checks() == 2) {
                fixture.whatsApp.number("39", NumberStatus.VALID);
            }
        });

        Offered send = offer("A", new Command.SendText("39", "t", false));

        awaitFinished(send);
        assertThat(outcomeOf(send)).isEqualTo(new Outcome.MessageSent(null, null));
    }

    @ParameterizedTest
    @CsvSource({"true", "false"})
    void oneRecipientDoesNotHoldUpTheOthers(boolean silent) {
        online();
        fixture.whatsApp.number("39", silent ? NumberStatus.UNKNOWN : NumberStatus.VALID);
        fixture.whatsApp.whenSent((_, message) -> message.to().equals("39")
                ? new SendResult.RecipientUnreachable("no keys")
                : new SendResult.Acknowledged(null, null));

        Offered stuck = offer("A", new Command.SendText("39", "t", false));
        Offered next = offer(text("B"));

        awaitFinished(next);
        assertFailed(stuck, FailureCode.EXPIRED);
        assertThat(outcomeOf(next)).isEqualTo(new Outcome.MessageSent(null, null));
        assertThat(fixture.timers.instant())
                .isBefore(Instant.parse("2026-01-01T00:00:00Z").plus(LIFE));
    }

    @Test
    void aMessageThatMayHaveLeftIsNotDeniedBecauseItsRecipientIsNotReachedLater() {
        online();
        AtomicInteger tries = new AtomicInteger();
        fixture.whatsApp.whenSent((_, _) -> tries.getAndIncrement() == 0
                ? new SendResult.Unconfirmed("no answer")
                : new SendResult.RecipientUnreachable("no keys"));

        Offered send = offer(text("A"));

        awaitFinished(send);
        assertFailed(send, FailureCode.NOT_ACKNOWLEDGED);
    }

    @Test
    void aBrokenConnectionIsNotTakenForARecipientWhoIsNotReached() {
        online();
        AtomicInteger tries = new AtomicInteger();
        fixture.whatsApp.whenSent((connection, _) -> {
            int before = tries.getAndIncrement();
            if (before % 2 == 1) {
                connection.end(CloseReason.NETWORK);
            }
            return before < 6 ? new SendResult.RecipientUnreachable("?") : new SendResult.Acknowledged(null, null);
        });

        Offered send = offer(text("A"));

        awaitOnMovingClock(() -> {
            fixture.timers.advance(Duration.ofMillis(50));
            return send.finished().get();
        });
        assertThat(outcomeOf(send)).isEqualTo(new Outcome.MessageSent(null, null));
    }

    @Test
    void tellsTheAddressThatWhatsAppNamed() {
        online();
        fixture.whatsApp.alias("5511987654321", "551187654321");

        Offered check = offer("C", new Command.CheckNumbers(List.of("5511987654321", "39")));
        Offered checked = offer("A", new Command.SendText("5511987654321", "t", false));
        awaitFinished(checked);
        fixture.whatsApp.whenSent((_, _) -> new SendResult.Acknowledged("551187654321", "3EB0TEXT"));
        Offered unchecked = offer("B", new Command.SendText("5511987654321", "t", true));
        awaitFinished(unchecked);

        assertThat(outcomeOf(check))
                .isEqualTo(new Outcome.NumbersChecked(
                        Map.of("5511987654321", NumberStatus.VALID, "39", NumberStatus.VALID),
                        Map.of("5511987654321", "551187654321")));
        assertThat(outcomeOf(checked)).isEqualTo(new Outcome.MessageSent("551187654321", null));
        assertThat(fixture.whatsApp.messages().getFirst().to()).isEqualTo("551187654321");
        assertThat(outcomeOf(unchecked)).isEqualTo(new Outcome.MessageSent("551187654321", "3EB0TEXT"));
        assertThat(fixture.whatsApp.checks()).isEqualTo(1);
    }

    @Test
    void anAcknowledgedAudioIsNotDeniedBecauseOfItsText() {
        online();
        fixture.whatsApp.whenSent((_, _) -> new SendResult.PartlyAcknowledged("the text was refused"));

        Offered send = offer("A", file());

        awaitFinished(send);
        assertFailed(send, FailureCode.NOT_ACKNOWLEDGED);
        assertThat(fixture.whatsApp.messageIds()).containsExactly("A");
        assertThat(fixture.media.inMemory).hasValue(0);
    }

    @Test
    void aSessionThatNobodyConfirmedWaitsForItsCommand() {
        fixture.store.unconfirm(fixture.id);
        AtomicBoolean idle = new AtomicBoolean();
        Session unconfirmed = fixture.factory.create(fixture.id, fixture.lease, () -> idle.set(true));

        unconfirmed.start();
        await().atMost(PATIENCE).untilTrue(idle);
        assertThat(unconfirmed.isForgettable()).isTrue();

        Offered start = fixture.command("A", new Command.StartSession(), Duration.ofMinutes(1));
        unconfirmed.offer(start.task());
        awaitFinished(start);
        assertThat(unconfirmed.isForgettable()).isFalse();
        assertThat(fixture.store.records.get(fixture.id))
                .satisfies(record -> assertThat(record.unconfirmed()).isFalse());
    }

    @Test
    void aFileGoesWithItsCommandUnlessItsGatewayTookThatBackAndMaySendItAgain() {
        online();
        fixture.store.states.put("A", CommandState.FAILED);
        fixture.store.outcomes.put("A", Outcome.Failed.of(FailureCode.WITHDRAWN, "Kafka did not confirm it"));

        awaitFinished(offer("A", file()));
        assertThat(fixture.media.deletions).hasValue(0);
        assertThat(fixture.whatsApp.messageIds()).isEmpty();

        awaitFinished(offer("B", file()));
        assertThat(fixture.media.deletions).hasValue(1);
    }

    @Test
    void aFileWaitsForItsStoreAsLongAsItsTimeAllows() {
        online();
        fixture.media.failures.set(10);

        Offered send = offer("A", file());

        awaitFinished(send);
        assertThat(outcomeOf(send)).isEqualTo(new Outcome.MessageSent(null, null));
        assertThat(fixture.media.inMemory).hasValue(0);
    }

    @Test
    void aFileWhoseStoreStaysAwayIsNotADefect() {
        online();
        fixture.media.failures.set(Integer.MAX_VALUE);

        Offered send = fixture.command("A", file(), Duration.ofMillis(200));
        session.offer(send.task());

        awaitFinished(send);
        assertFailed(send, FailureCode.EXPIRED);
    }

    @Test
    void aFileIsLoadedOnceHoweverOftenItIsTried() {
        online();
        AtomicInteger tries = new AtomicInteger();
        fixture.whatsApp.whenSent((_, _) ->
                tries.getAndIncrement() < 4 ? new SendResult.NotSent("no") : new SendResult.Acknowledged(null, null));

        Offered send = offer("A", file());

        awaitFinished(send);
        assertThat(fixture.media.loads).hasValue(1);
        assertThat(fixture.media.inMemory).hasValue(0);
    }

    @Test
    void aFileLeavesMemoryWhenItsSessionIsAbortedDuringAnUpload() {
        online();
        fixture.whatsApp.whenSent((connection, _) -> {
            await().atMost(PATIENCE).until(() -> !connection.isOpen());
            return new SendResult.NotSent("the connection is ending");
        });
        Offered send = offer("A", file());
        await().atMost(PATIENCE).until(() -> fixture.media.inMemory.get() == 1);

        session.abort();

        await().atMost(PATIENCE).until(() -> fixture.media.inMemory.get() == 0);
        assertThat(send.finished()).isFalse();
    }

    @Test
    void aFileLeavesMemoryWhenTheConnectionIsLostAndWhenTheSessionMoves() {
        online();
        fixture.whatsApp.whenOpened(_ -> {});
        fixture.whatsApp.whenSent((connection, _) -> {
            connection.end(CloseReason.NETWORK);
            return new SendResult.NotSent("no");
        });

        Offered send = offer("A", file());

        awaitOnMovingClock(() -> fixture.media.loads.get() == 1 && fixture.media.inMemory.get() == 0);
        assertThat(send.finished()).isFalse();
        session.handOver(Duration.ofSeconds(1));
        assertThat(fixture.media.inMemory).hasValue(0);
    }

    @Test
    void asksAgainWhenWhatsAppSaysNothingAndThenSaysSo() {
        online();
        fixture.whatsApp.number("39", NumberStatus.UNKNOWN);

        Offered check = offer("C", new Command.CheckNumbers(List.of("39")));

        awaitFinished(check);
        assertThat(outcomeOf(check))
                .isEqualTo(new Outcome.NumbersChecked(Map.of("39", NumberStatus.UNKNOWN), Map.of()));
        assertThat(fixture.whatsApp.checks()).isEqualTo(3);
    }

    @Test
    void doesNotAskAgainWhenNobodyWouldWaitForIt() {
        online();
        fixture.whatsApp.number("39", NumberStatus.UNKNOWN);
        fixture.whatsApp.whenChecked(() -> fixture.timers.advance(Duration.ofSeconds(10)));

        Offered check = offer("C", new Command.CheckNumbers(List.of("39")));

        awaitFinished(check);
        assertThat(fixture.whatsApp.checks()).isEqualTo(1);
    }

    @Test
    void waitsForAConnectionThatIsOnItsWay() {
        fixture.whatsApp.whenOpened(_ -> {});
        fixture.store.credentials.put(fixture.id, FakeConnection.credentials("k", true));
        session.start();
        Offered send = offer(text("A"));
        await().atMost(PATIENCE).until(() -> {
            fixture.timers.advance(Duration.ofMillis(1));
            return fixture.whatsApp.connections(fixture.id).size() == 1;
        });
        assertThat(send.finished()).isFalse();

        fixture.whatsApp.latest(fixture.id).online("39");

        awaitFinished(send);
        assertThat(outcomeOf(send)).isEqualTo(new Outcome.MessageSent(null, null));
    }

    @Test
    void answersAtOnceThatASessionIsNotPaired() {
        session.start();

        Offered send = offer(text("A"));

        awaitFinished(send);
        assertFailed(send, FailureCode.SESSION_NOT_CONNECTED);
    }

    @Test
    void refusesWhatDoesNotFitTheMailboxAndFinishesItAtOnce() {
        online();
        CountDownLatch answer = new CountDownLatch(1);
        fixture.whatsApp.whenSent((_, _) -> {
            awaitQuietly(answer);
            return new SendResult.Acknowledged(null, null);
        });
        List<Offered> all = new ArrayList<>();
        all.add(offer(text("first")));
        await().atMost(PATIENCE).until(() -> fixture.whatsApp.messages().size() == 1);
        for (int i = 0; i < 8; i++) {
            all.add(offer(text("next" + i)));
        }

        all.subList(6, 9).forEach(this::awaitFinished);
        all.subList(6, 9).forEach(late -> assertFailed(late, FailureCode.SESSION_BUSY));
        answer.countDown();
        all.forEach(this::awaitFinished);
        assertThat(fixture.whatsApp.messageIds()).containsExactly("first", "next0", "next1", "next2", "next3", "next4");
    }

    @Test
    void keepsACommandWhileRedisIsAway() {
        online();
        CountDownLatch answer = new CountDownLatch(1);
        fixture.whatsApp.whenSent((_, _) -> {
            fixture.store.away = true;
            answer.countDown();
            return new SendResult.Acknowledged(null, null);
        });
        Offered send = offer(text("A"));
        awaitQuietly(answer);
        assertThat(send.finished()).isFalse();

        fixture.store.away = false;

        awaitFinished(send);
        assertThat(outcomeOf(send)).isEqualTo(new Outcome.MessageSent(null, null));
        assertThat(fixture.whatsApp.messages()).hasSize(1);
    }

    @Test
    void asksWhetherItStillOwnsTheShardBeforeItSendsAfterALongSilence() {
        online();
        AtomicInteger tries = new AtomicInteger();
        fixture.whatsApp.whenSent((_, _) -> {
            if (tries.getAndIncrement() == 0) {
                // The process is stopped here for a while, and the shard goes to another worker.
                fixture.timers.advance(Duration.ofSeconds(31));
                fixture.store.taken = true;
                return new SendResult.Unconfirmed("?");
            }
            return new SendResult.Acknowledged(null, null);
        });
        int confirmed = fixture.store.confirmations.get();

        Offered send = offer(text("A"));

        awaitOnMovingClock(() -> fixture.store.confirmations.get() > confirmed);
        assertThat(fixture.whatsApp.messages()).hasSize(1);
        assertThat(send.finished()).isFalse();
    }

    @Test
    void sendsNothingWhenTheProcessWasStoppedRightBeforeTheMessageLeft() {
        online();
        fixture.whatsApp.whenPreparing(() -> {
            fixture.timers.advance(Duration.ofSeconds(16));
            fixture.store.taken = true;
        });

        Offered send = offer(text("A"));

        awaitOnMovingClock(() -> fixture.store.confirmations.get() > 1);
        assertThat(fixture.store.states).containsEntry("A", CommandState.STARTED);
        assertThat(fixture.whatsApp.messages()).isEmpty();
        assertThat(send.finished()).isFalse();
    }

    @Test
    void reconnectCancelsWhatWaitsAndDoesNotWaitForIt() {
        online();
        fixture.whatsApp.whenSent((connection, _) -> connection.awaitEnd(PATIENCE));
        Offered stuck = offer(text("A"));
        await().atMost(PATIENCE).until(() -> fixture.whatsApp.messages().size() == 1);
        Offered waiting = offer(text("B"));

        Offered reconnect = offer("R", new Command.ReconnectSession());

        awaitFinished(reconnect);
        awaitFinished(waiting);
        awaitFinished(stuck);
        assertThat(outcomeOf(reconnect)).isEqualTo(new Outcome.SessionChanged());
        assertFailed(waiting, FailureCode.SESSION_NOT_CONNECTED);
        assertFailed(stuck, FailureCode.NOT_ACKNOWLEDGED);
    }

    @Test
    void deleteEndsEverythingAndForgetsTheSession() {
        online();
        fixture.whatsApp.whenSent((connection, _) -> connection.awaitEnd(PATIENCE));
        Offered stuck = offer(text("A"));
        await().atMost(PATIENCE).until(() -> fixture.whatsApp.messages().size() == 1);
        Offered waiting = offer(text("B"));

        Offered delete = offer("D", new Command.DeleteSession());

        awaitFinished(delete);
        awaitFinished(stuck);
        assertThat(outcomeOf(delete)).isEqualTo(new Outcome.SessionChanged());
        assertFailed(waiting, FailureCode.SESSION_DELETED);
        assertFailed(stuck, FailureCode.NOT_ACKNOWLEDGED);
        assertThat(fixture.store.outliving).contains("A");
        assertThat(fixture.store.records).isEmpty();
        assertThat(fixture.store.credentials).isEmpty();
        await().atMost(PATIENCE).until(session::isForgettable);
        Offered late = offer(text("C"));
        awaitFinished(late);
        assertFailed(late, FailureCode.SESSION_DELETED);
    }

    @Test
    void aMessageThatAnEarlierOwnerBeganIsNotDeniedWhenItsSessionIsGone() {
        fixture.store.records.clear();
        fixture.store.states.put("A", CommandState.STARTED);

        Offered send = offer(text("A"));

        awaitFinished(send);
        assertFailed(send, FailureCode.NOT_ACKNOWLEDGED);
    }

    @Test
    void aDeletionIsNeverRefusedHoweverManyControlCommandsWait() {
        online();
        CountDownLatch claimed = new CountDownLatch(1);
        fixture.store.whenClaimed(() -> awaitQuietly(claimed));
        for (int i = 0; i < 40; i++) {
            offer("R" + i, new Command.ReconnectSession());
        }

        Offered delete = offer("D", new Command.DeleteSession());
        claimed.countDown();

        awaitFinished(delete);
        assertThat(outcomeOf(delete)).isEqualTo(new Outcome.SessionChanged());
        assertThat(fixture.store.records).isEmpty();
    }

    @Test
    void aDeletionThatWasMarkedAndLostIsMadeUpFor() {
        online();
        fixture.store.markDeleted(fixture.id);

        session.deleteIfMarked();

        awaitOnMovingClock(() -> fixture.store.records.isEmpty());
        assertThat(fixture.whatsApp.latest(fixture.id).isUnlinked()).isTrue();
        assertThat(fixture.store.credentials).isEmpty();
        await().atMost(PATIENCE).until(session::isForgettable);
    }

    @Test
    void aDeletionGoesOnWhereRedisFailedInItsMidst() {
        online();
        fixture.store.failDeletions(3);

        Offered delete = offer("D", new Command.DeleteSession());

        awaitFinished(delete);
        assertThat(outcomeOf(delete)).isEqualTo(new Outcome.SessionChanged());
        assertThat(fixture.store.records).isEmpty();
    }

    @Test
    void aDeletionThatItsOwnerDidNotFinishIsFinishedByTheNext() {
        online();
        fixture.store.markDeleted(fixture.id);
        fixture.store.failDeletions(Integer.MAX_VALUE);
        Offered delete = offer("D", new Command.DeleteSession());
        awaitOnMovingClock(() -> fixture.store.states.get("D") == CommandState.STARTED);
        session.abort();
        fixture.store.failDeletions(0);

        Session next = fixture.session();
        next.start();
        next.offer(delete.task());

        awaitFinished(delete);
        assertThat(outcomeOf(delete)).isEqualTo(new Outcome.SessionChanged());
        assertThat(fixture.store.records).isEmpty();
        assertThat(fixture.store.credentials).isEmpty();
    }

    @Test
    void aCommandWithdrawnByTheGatewayDoesNotReconnect() {
        online();
        fixture.store.states.put("R", CommandState.FAILED);
        fixture.store.outcomes.put("R", Outcome.Failed.of(FailureCode.WITHDRAWN, "taken back"));

        awaitFinished(offer("R", new Command.ReconnectSession()));

        assertThat(fixture.whatsApp.connections(fixture.id)).hasSize(1);
        assertThat(fixture.store.credentials).isNotEmpty();
    }

    @Test
    void leavesItsCommandsToTheNextOwner() {
        online();
        fixture.whatsApp.whenSent((connection, _) -> connection.awaitEnd(PATIENCE));
        Offered stuck = offer(text("A"));
        await().atMost(PATIENCE).until(() -> fixture.whatsApp.messages().size() == 1);
        Offered waiting = offer(text("B"));

        session.handOver(Duration.ofSeconds(1));

        assertThat(stuck.finished()).isFalse();
        assertThat(waiting.finished()).isFalse();
        assertThat(fixture.store.outcomes).isEmpty();
    }

    /**
     * Random trouble, with the seed in the message: every command ends, in order, and is acknowledged under its own id
     * when it says so.
     */
    @RepeatedTest(25)
    void everyCommandEndsWhateverHappens(RepetitionInfo repetition) {
        long seed = repetition.getCurrentRepetition();
        Random random = new Random(seed);
        online();
        List<String> acknowledged = new ArrayList<>();
        fixture.whatsApp.whenSent((connection, message) -> {
            int what = random.nextInt(8);
            if (what == 2) {
                connection.end(CloseReason.NETWORK);
            } else if (what > 3) {
                acknowledged.add(message.messageId());
            }
            return switch (what) {
                case 0, 2 -> new SendResult.Unconfirmed("?");
                case 1 -> new SendResult.NotSent("no");
                case 3 -> new SendResult.Refused(463);
                default -> new SendResult.Acknowledged(null, null);
            };
        });
        List<Offered> all = new ArrayList<>();
        for (int i = 0; i < 5; i++) {
            all.add(offer(text("M" + i)));
        }
        await().pollInterval(Duration.ofMillis(2)).atMost(PATIENCE).until(() -> {
            fixture.store.away = random.nextInt(5) == 0;
            fixture.timers.advance(Duration.ofMillis(50));
            return all.stream().allMatch(command -> command.finished().get());
        });

        List<String> sent = all.stream()
                .filter(command -> outcomeOf(command) instanceof Outcome.MessageSent)
                .map(Offered::id)
                .toList();
        assertThat(acknowledged).as("seed %d", seed).isEqualTo(sent);
    }

    private void online() {
        session.start();
        await().atMost(PATIENCE).until(() -> {
            fixture.timers.advance(Duration.ofMillis(1));
            return !fixture.whatsApp.connections(fixture.id).isEmpty();
        });
        fixture.whatsApp.scan(fixture.id);
        await().atMost(PATIENCE).until(() -> {
            fixture.timers.advance(Duration.ofMillis(1));
            return fixture.store.views.getLast().phoneNumber() != null;
        });
    }

    private Offered offer(Command.Send send) {
        return offer(((Command.SendText) send).text(), send);
    }

    private Offered offer(String id, Command command) {
        Offered offered = fixture.command(id, command, LIFE);
        session.offer(offered.task());
        return offered;
    }

    /** A message whose text is its id, too. */
    private static Command.SendText text(String id) {
        return new Command.SendText("390000", id, true);
    }

    private static Command.SendMedia file() {
        return new Command.SendMedia(
                "390000", new MediaReference("id", MediaKind.AUDIO, "sha", 1, "audio/mpeg", "a.mp3"), "caption", true);
    }

    private Outcome outcomeOf(Offered command) {
        Outcome outcome = fixture.store.outcomes.get(command.id());
        assertThat(outcome).isNotNull();
        return Objects.requireNonNull(outcome);
    }

    private void assertFailed(Offered command, FailureCode code) {
        assertThat(outcomeOf(command))
                .isInstanceOfSatisfying(
                        Outcome.Failed.class,
                        failed -> assertThat(failed.code()).isEqualTo(code));
    }

    private void awaitFinished(Offered command) {
        awaitOnMovingClock(command.finished()::get);
    }

    /** The waits between two tries end on the fixture's clock. */
    private void awaitOnMovingClock(Callable<Boolean> condition) {
        await().pollInterval(Duration.ofMillis(5)).atMost(PATIENCE).until(() -> {
            fixture.timers.advance(Duration.ofMillis(2));
            return condition.call();
        });
    }

    private static void awaitQuietly(CountDownLatch latch) {
        try {
            boolean _ = latch.await(10, TimeUnit.SECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
