package dev.merpati.worker.cobalt.keys;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.merpati.model.outcome.Receipt;
import dev.merpati.worker.cobalt.CobaltConnector;
import dev.merpati.worker.cobalt.World;
import dev.merpati.worker.whatsapp.CloseReason;
import dev.merpati.worker.whatsapp.Credentials;
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
        String to = World.newNumber();
        World.Session first = world.pair();
        first.text(World.newMessageId(), to, "one");
        first.end();
        long pairings = world.control.stat("pairings");

        try (CobaltConnector connector = new CobaltConnector(world.settings(World.TIMING));
                World.Session second =
                        world.open(connector, first.number(), first.listener().credentials())) {
            assertThat(second.listener().awaitConnected().connected).containsExactly(first.number());
            assertThat(second.listener().qrCodes).isEmpty();
            String id = World.newMessageId();
            assertThat(second.text(id, to, "two")).isInstanceOf(SendResult.Acknowledged.class);
            assertThat(world.awaitMessage(to, id).path("text").asString()).isEqualTo("two");
            second.listener().awaitReceipt(id, Receipt.DELIVERED);
            assertThat(world.control.stat("pairings")).isEqualTo(pairings);
        }
    }

    @Test
    void aWorkerThatDiedLeavesNothingUnreadable() {
        String to = World.newNumber();
        World.Session dead = world.pair();
        dead.text(World.newMessageId(), to, "one");
        await().atMost(World.TIMEOUT).until(() -> dead.listener().saved.size() >= 3);
        Credentials behind = dead.listener().credentials();
        for (int i = 0; i < 5; i++) {
            dead.text(World.newMessageId(), to, "never saved");
        }
        dead.connection().abort();
        assertThat(behind.settled()).isFalse();
        long undecryptable = world.control.stat("undecryptable");

        try (World.Session next = world.resume(dead.number(), behind)) {
            for (int i = 0; i < 3; i++) {
                String id = World.newMessageId();
                assertThat(next.text(id, to, "after " + i)).isInstanceOf(SendResult.Acknowledged.class);
                assertThat(world.awaitMessage(to, id).path("text").asString()).isEqualTo("after " + i);
            }
            assertThat(world.control.stat("undecryptable")).isEqualTo(undecryptable);
        }
    }

    /** Closing properly does not make good what was unsettled before. */
    @Test
    void aDeathIsNotForgottenByAConnectionThatSendsNothing() {
        String to = World.newNumber();
        World.Session dead = world.pair();
        dead.text(World.newMessageId(), to, "one");
        dead.listener().awaitQuiet();
        Credentials behind = dead.listener().credentials();
        for (int i = 0; i < 5; i++) {
            dead.text(World.newMessageId(), to, "never saved");
        }
        dead.connection().abort();
        World.Session between = world.resume(dead.number(), behind);
        between.end();
        assertThat(between.listener().credentials().settled()).isTrue();

        try (World.Session next = world.resume(dead.number(), between.listener().credentials())) {
            String id = World.newMessageId();
            assertThat(next.text(id, to, "after")).isInstanceOf(SendResult.Acknowledged.class);
            assertThat(world.awaitMessage(to, id).path("text").asString()).isEqualTo("after");
        }
    }

    /** A pairing must not be lost with the worker that showed the code. */
    @Test
    void theFirstCopyAlreadyLogsIn() {
        World.Session paired = world.pair();
        Credentials first = paired.listener().saved.getFirst();
        paired.connection().abort();

        try (World.Session resumed = world.resume(paired.number(), first)) {
            assertThat(resumed.text(World.newMessageId(), World.newNumber(), "Halo"))
                    .isInstanceOf(SendResult.Acknowledged.class);
        }
    }

    @Test
    void whatIsSentIsSavedSoonAndTogether() {
        try (World.Session session = world.pair()) {
            int savedBefore = session.listener().saved.size();
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
        try (World.Session session = world.pair()) {
            int savedBefore = session.listener().saved.size();
            session.listener().refusedSaves.set(3);

            session.text(World.newMessageId(), World.newNumber(), "Halo");

            await().atMost(World.TIMEOUT).until(() -> session.listener().saved.size() > savedBefore);
        }
    }

    /** As long as the stored copy calls itself settled, nothing may be sent. */
    @Test
    void theLoginIsDoneOnlyWhenTheStoredCopyIsMarked() {
        World.Session paired = world.pair();
        paired.end();
        World.Session resumed =
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
        try (World.Session session = world.pair()) {
            String other = World.newNumber();
            world.control.addPhone(other);
            converse(session, other, 10);
            int before = sizeOfKeys(session);

            converse(session, other, 40);

            assertThat(sizeOfKeys(session) - before).isLessThan(500);
        }
    }

    /** Each message from the other side turns the ratchet once more. */
    private static void converse(World.Session session, String other, int turns) {
        for (int i = 0; i < turns; i++) {
            int saved = session.listener().saved.size();
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
