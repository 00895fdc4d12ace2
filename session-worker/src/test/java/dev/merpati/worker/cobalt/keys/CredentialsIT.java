package dev.merpati.worker.cobalt.keys;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.merpati.model.outcome.Receipt;
import dev.merpati.worker.cobalt.CobaltConnector;
import dev.merpati.worker.cobalt.World;
import dev.merpati.worker.whatsapp.Credentials;
import dev.merpati.worker.whatsapp.SendResult;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
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

    /** Nothing is closed, nothing is said: what the next one knows is what was stored before each message left. */
    @Test
    void aWorkerThatDiedLosesNoSignalSession() {
        String to = World.newNumber();
        World.Session dead = world.pair();
        world.control.addPhone(to);
        for (int i = 0; i < 3; i++) {
            dead.text(World.newMessageId(), to, "before");
            world.control.write(to, dead.number(), "an answer");
        }
        String last = World.newMessageId();
        dead.text(last, to, "last");
        dead.connection().abort();
        world.awaitMessage(to, last);
        long fetched = world.control.stat("keyQueries");
        long undecryptable = world.control.stat("undecryptable");

        try (World.Session next = world.resume(dead.number(), dead.listener().credentials())) {
            for (int i = 0; i < 3; i++) {
                String id = World.newMessageId();
                assertThat(next.text(id, to, "after " + i)).isInstanceOf(SendResult.Acknowledged.class);
                assertThat(world.awaitMessage(to, id).path("text").asString()).isEqualTo("after " + i);
                world.control.write(to, dead.number(), "an answer");
            }
            assertThat(world.control.stat("keyQueries")).isEqualTo(fetched);
            assertThat(world.control.stat("undecryptable")).isEqualTo(undecryptable);
        }
    }

    /** The records are there for those who are not written to any more while others are. */
    @Test
    void manyRecipientsNeedNoFurtherKeysEither() {
        List<String> recipients = new ArrayList<>();
        try (World.Session session = world.pair()) {
            for (int i = 0; i < 50; i++) {
                recipients.add(World.newNumber());
                assertThat(session.text(World.newMessageId(), recipients.getLast(), "Halo"))
                        .isInstanceOf(SendResult.Acknowledged.class);
            }
            long fetched = world.control.stat("keyQueries");

            for (String to : recipients) {
                String id = World.newMessageId();
                assertThat(session.text(id, to, "Halo lagi")).isInstanceOf(SendResult.Acknowledged.class);
                world.awaitMessage(to, id);
            }

            assertThat(world.control.stat("keyQueries")).isEqualTo(fetched);
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
    void theRecordDoesNotGrowWithTheMessagesOfAConversation() {
        try (World.Session session = world.pair()) {
            String other = World.newNumber();
            world.control.addPhone(other);
            converse(session, other, 10);
            int before = session.listener().signalSessions(other).length;

            converse(session, other, 40);

            assertThat(session.listener().signalSessions(other).length - before).isLessThan(500);
        }
    }

    /** Each message from the other side turns the ratchet once more. */
    private static void converse(World.Session session, String other, int turns) {
        for (int i = 0; i < turns; i++) {
            assertThat(session.text(World.newMessageId(), other, "Halo")).isInstanceOf(SendResult.Acknowledged.class);
            byte[] before = session.listener().signalSessions(other);
            world.control.write(other, session.number(), "Halo juga");
            await().atMost(World.TIMEOUT)
                    .until(() -> !Arrays.equals(session.listener().signalSessions(other), before));
        }
    }
}
