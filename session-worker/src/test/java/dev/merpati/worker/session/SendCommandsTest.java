package dev.merpati.worker.session;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.merpati.model.command.Command;
import dev.merpati.model.outcome.CommandState;
import dev.merpati.model.outcome.FailureCode;
import dev.merpati.model.outcome.Outcome;
import dev.merpati.testlogging.ExpectErrors;
import dev.merpati.worker.session.SessionFixture.Offered;
import dev.merpati.worker.whatsapp.CloseReason;
import dev.merpati.worker.whatsapp.FakeConnection;
import dev.merpati.worker.whatsapp.OutgoingMessage;
import dev.merpati.worker.whatsapp.SendResult;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.RepetitionInfo;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Texts: when they are sent, sent again and given up, and what their senders are told. */
class SendCommandsTest extends SessionCommands {
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
                        .get("merpati.worker.command.outcomes")
                        .tag("type", Command.SEND_TEXT)
                        .tag("code", "not_stored")
                        .timer()
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
    @CsvSource({"408", "429", "500", "503"})
    void triesAgainUnderTheSameIdWhatWhatsAppCannotTakeNow(int reason) {
        online();
        AtomicInteger tries = new AtomicInteger();
        fixture.whatsApp.whenSent((_, _) ->
                tries.getAndIncrement() < 2 ? new SendResult.Refused(reason) : new SendResult.Acknowledged("39", null));

        Offered send = offer(text("A"));

        awaitFinished(send);
        assertThat(outcomeOf(send)).isEqualTo(new Outcome.MessageSent("39", null));
        assertThat(fixture.whatsApp.messages())
                .extracting(OutgoingMessage::messageId)
                .containsOnly("A");
    }

    /** A time-lock usually lasts for days: whoever waits is told until when. */
    @Test
    void failsAtOnceWhatMayNotBeginAChatInTime() {
        online();
        Instant until = fixture.timers.instant().plus(Duration.ofDays(1));
        fixture.whatsApp.whenSent((_, _) -> new SendResult.Restricted(until));

        Offered send = offer(text("A"));

        awaitFinished(send);
        assertThat(outcomeOf(send))
                .isEqualTo(new Outcome.Failed(
                        FailureCode.NEW_CHATS_RESTRICTED,
                        null,
                        "WhatsApp lets the account begin no new chats for now",
                        until));
        assertThat(fixture.whatsApp.messages()).hasSize(1);
    }

    @Test
    void aMessageThatWaitsToBeginAChatKeepsNobodyElseWaiting() {
        online();
        Instant until = fixture.timers.instant().plus(Duration.ofSeconds(5));
        fixture.whatsApp.whenSent((_, message) ->
                message.messageId().equals("A") && fixture.timers.instant().isBefore(until)
                        ? new SendResult.Restricted(until)
                        : new SendResult.Acknowledged(null, null));

        Offered waiting = offer(text("A"));
        Offered known = offer(text("B"));

        awaitFinished(known);
        assertThat(waiting.finished().get()).isFalse();
        awaitOnMovingClock(() -> {
            fixture.timers.advance(Duration.ofSeconds(1));
            return waiting.finished().get();
        });
        assertThat(outcomeOf(waiting)).isEqualTo(new Outcome.MessageSent(null, null));
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
    void waitsForAConnectionThatIsOnItsWay() {
        fixture.whatsApp.whenOpened(_ -> {});
        fixture.store.credentials.put(fixture.id, FakeConnection.credentials("k"));
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
    void leavesItsCommandsToTheNextOwner() {
        online();
        fixture.whatsApp.whenSent((connection, _) -> connection.awaitEnd(PATIENCE));
        Offered stuck = offer(text("A"));
        await().atMost(PATIENCE).until(() -> fixture.whatsApp.messages().size() == 1);
        Offered waiting = offer(text("B"));

        session.handOver(Duration.ofSeconds(1));

        assertThat(stuck.finished()).isFalse();
        assertThat(waiting.finished().get()).isFalse();
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
}
