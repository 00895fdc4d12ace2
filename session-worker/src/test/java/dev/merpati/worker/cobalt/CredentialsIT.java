package dev.merpati.worker.cobalt;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.merpati.model.outcome.Receipt;
import dev.merpati.worker.whatsapp.CloseReason;
import dev.merpati.worker.whatsapp.SendResult;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

class CredentialsIT {
    private static World world;

    @BeforeAll
    static void start() {
        world = new World();
    }

    @AfterAll
    static void stop() {
        world.close();
    }

    @Test
    void anotherMachineGoesOnWhereTheFirstStopped() {
        var to = World.newNumber();
        var first = world.pair();
        first.text(World.newMessageId(), to, "one");
        first.end();
        var pairings = world.control.stat("pairings");

        try (var connector = new CobaltConnector(world.settings(World.TIMING));
                var second =
                        world.open(connector, first.number(), first.listener().credentials())) {
            assertThat(second.listener().awaitConnected().connected).containsExactly(first.number());
            assertThat(second.listener().qrCodes).isEmpty();
            var id = World.newMessageId();
            assertThat(second.text(id, to, "two")).isInstanceOf(SendResult.Acknowledged.class);
            assertThat(world.awaitMessage(to, id).path("text").asString()).isEqualTo("two");
            second.listener().awaitReceipt(id, Receipt.DELIVERED);
            assertThat(world.control.stat("pairings")).isEqualTo(pairings);
        }
    }

    @Test
    void aWorkerThatDiedLeavesNothingUnreadable() {
        var to = World.newNumber();
        var dead = world.pair();
        dead.text(World.newMessageId(), to, "one");
        await().atMost(World.TIMEOUT).until(() -> dead.listener().saved.size() >= 3);
        var behind = dead.listener().credentials();
        for (int i = 0; i < 5; i++) {
            dead.text(World.newMessageId(), to, "never saved");
        }
        dead.connection().abort();
        assertThat(behind.settled()).isFalse();
        var undecryptable = world.control.stat("undecryptable");

        try (var next = world.resume(dead.number(), behind)) {
            for (int i = 0; i < 3; i++) {
                var id = World.newMessageId();
                assertThat(next.text(id, to, "after " + i)).isInstanceOf(SendResult.Acknowledged.class);
                assertThat(world.awaitMessage(to, id).path("text").asString()).isEqualTo("after " + i);
            }
            assertThat(world.control.stat("undecryptable")).isEqualTo(undecryptable);
        }
    }

    /** Closing properly does not make good what was unsettled before. */
    @Test
    void aDeathIsNotForgottenByAConnectionThatSendsNothing() {
        var to = World.newNumber();
        var dead = world.pair();
        dead.text(World.newMessageId(), to, "one");
        dead.listener().awaitQuiet();
        var behind = dead.listener().credentials();
        for (int i = 0; i < 5; i++) {
            dead.text(World.newMessageId(), to, "never saved");
        }
        dead.connection().abort();
        var between = world.resume(dead.number(), behind);
        between.end();
        assertThat(between.listener().credentials().settled()).isTrue();

        try (var next = world.resume(dead.number(), between.listener().credentials())) {
            var id = World.newMessageId();
            assertThat(next.text(id, to, "after")).isInstanceOf(SendResult.Acknowledged.class);
            assertThat(world.awaitMessage(to, id).path("text").asString()).isEqualTo("after");
        }
    }

    /** A pairing must not be lost with the worker that showed the code. */
    @Test
    void theFirstCopyAlreadyLogsIn() {
        var paired = world.pair();
        var first = paired.listener().saved.getFirst();
        paired.connection().abort();

        try (var resumed = world.resume(paired.number(), first)) {
            assertThat(resumed.text(World.newMessageId(), World.newNumber(), "Halo"))
                    .isInstanceOf(SendResult.Acknowledged.class);
        }
    }

    @Test
    void whatIsSentIsSavedSoonAndTogether() {
        try (var session = world.pair()) {
            var savedBefore = session.listener().saved.size();
            for (int i = 0; i < 20; i++) {
                session.text(World.newMessageId(), World.newNumber(), "Halo");
            }
            await().atMost(World.TIMEOUT).until(() -> session.listener().saved.size() > savedBefore);
            assertThat(session.listener().saved.size() - savedBefore).isLessThan(20);
            assertThat(session.listener().saved).noneMatch(credentials -> credentials.settled());
        }
    }

    @Test
    void aSaveThatFailsIsTriedAgain() {
        try (var session = world.pair()) {
            var savedBefore = session.listener().saved.size();
            session.listener().refusedSaves.set(3);

            session.text(World.newMessageId(), World.newNumber(), "Halo");

            await().atMost(World.TIMEOUT).until(() -> session.listener().saved.size() > savedBefore);
        }
    }

    /** As long as the stored copy calls itself settled, nothing may be sent. */
    @Test
    void theLoginIsDoneOnlyWhenTheStoredCopyIsMarked() {
        var paired = world.pair();
        paired.end();
        var resumed =
                world.open(world.connector, paired.number(), paired.listener().credentials());
        resumed.listener().refusedSaves.set(5);

        resumed.listener().awaitConnected();

        assertThat(resumed.listener().refusedSaves).hasValue(0);
        assertThat(resumed.listener().saved.getFirst().settled()).isFalse();
        resumed.end();
        assertThat(resumed.listener().awaitClosed()).isEqualTo(CloseReason.CLOSED);
    }

    @Test
    void theCopyDoesNotGrowWithTheMessagesOfAConversation() {
        try (var session = world.pair()) {
            var other = World.newNumber();
            world.control.addPhone(other);
            converse(session, other, 10);
            var before = sizeOfKeys(session);

            converse(session, other, 40);

            assertThat(sizeOfKeys(session) - before).isLessThan(500);
        }
    }

    /** Each message from the other side turns the ratchet once more. */
    private static void converse(World.Session session, String other, int turns) {
        for (int i = 0; i < turns; i++) {
            var saved = session.listener().saved.size();
            assertThat(session.text(World.newMessageId(), other, "Halo")).isInstanceOf(SendResult.Acknowledged.class);
            world.control.write(other, session.number(), "Halo juga");
            await().atMost(World.TIMEOUT).until(() -> session.listener().saved.size() > saved);
        }
    }

    private static int sizeOfKeys(World.Session session) {
        session.listener().awaitQuiet();
        return session.listener().credentials().keys().length;
    }
}
