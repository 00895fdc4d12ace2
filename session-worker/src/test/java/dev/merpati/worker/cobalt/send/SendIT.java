package dev.merpati.worker.cobalt.send;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.merpati.worker.cobalt.World;
import dev.merpati.worker.whatsapp.OutgoingMessage;
import dev.merpati.worker.whatsapp.SendResult;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class SendIT {
    private static World world;

    /** A server that is as quick as it can be, so that an answer that comes early has its chance. */
    @BeforeAll
    static void start() {
        world = new World(options -> options.withFirstNodeDelay(Duration.ZERO));
    }

    @AfterAll
    static void stop() {
        world.close();
    }

    @Test
    void messagesArriveInOrderEachOnce() {
        try (World.Session session = world.pair()) {
            String to = World.newNumber();
            List<String> ids = new ArrayList<>();
            for (int i = 0; i < 50; i++) {
                ids.add(World.newMessageId());
                assertThat(session.text(ids.getLast(), to, "number " + i)).isInstanceOf(SendResult.Acknowledged.class);
            }
            await().atMost(World.TIMEOUT).until(() -> world.control.messages(to).size() == 50);
            assertThat(world.control.messages(to))
                    .extracting(message -> message.path("id").asString())
                    .containsExactlyElementsOf(ids);
            assertThat(world.control.messages(to))
                    .allMatch(message -> message.path("copies").asInt() == 1);
        }
    }

    /** Cobalt as it is loses answers that are quick, and on two cores stands still for ever. */
    @Tag("heavy")
    @Test
    void manySessionsSendAtOnceAndNothingStandsStill() throws Exception {
        List<World.Session> sessions = new ArrayList<>();
        for (int i = 0; i < 20; i++) {
            sessions.add(world.pair());
        }
        try (ExecutorService executor = Executors.newVirtualThreadPerTaskExecutor()) {
            Stream<Callable<List<SendResult>>> sending = sessions.stream()
                    .map(session -> (Callable<List<SendResult>>) () -> {
                        List<SendResult> results = new ArrayList<>();
                        for (int i = 0; i < 20; i++) {
                            results.add(session.text(World.newMessageId(), World.newNumber(), "Halo"));
                        }
                        return results;
                    });
            for (Future<List<SendResult>> results : executor.invokeAll(sending.toList())) {
                assertThat(results.get()).hasSize(20).hasOnlyElementsOfType(SendResult.Acknowledged.class);
            }
        }
        sessions.forEach(World.Session::end);
    }

    /** SignalKeyStore turn at both ends at once. */
    @Test
    void messagesInBothDirectionsAtOnceCanAllBeRead() {
        try (World.Session session = world.pair()) {
            String other = World.newNumber();
            world.control.addPhone(other);
            long undecryptable = world.control.stat("undecryptable");
            Thread writing = Thread.ofVirtual().start(() -> {
                for (int i = 0; i < 100; i++) {
                    world.control.write(other, session.number(), "from the phone " + i);
                }
            });
            for (int i = 0; i < 100; i++) {
                assertThat(session.text(World.newMessageId(), other, "to the phone " + i))
                        .isInstanceOf(SendResult.Acknowledged.class);
            }
            await().atMost(World.TIMEOUT).until(() -> !writing.isAlive());
            await().atMost(World.TIMEOUT)
                    .until(() -> world.control.messages(other).size() == 100);
            assertThat(world.control.stat("undecryptable")).isEqualTo(undecryptable);
        }
    }

    @Test
    void aMessageFromAHiddenAddressIsReadAsOneOfItsPhoneNumber() {
        try (World.Session session = world.pairWithoutHistory()) {
            String other = World.newNumber();
            assertThat(session.text(World.newMessageId(), other, "Halo")).isInstanceOf(SendResult.Acknowledged.class);
            byte[] before = session.listener().signalSessions(other);

            world.control.writeHidden(other, session.number(), "Halo juga");
            await().atMost(World.TIMEOUT)
                    .until(() -> !Arrays.equals(session.listener().signalSessions(other), before));

            // Who has heard from the other side sends no pre-key message any more; the own phone has not written yet.
            long preKeyMessages = world.control.stat("preKeyMessages");
            String answer = World.newMessageId();
            assertThat(session.text(answer, other, "Apa kabar?")).isInstanceOf(SendResult.Acknowledged.class);
            world.awaitMessage(other, answer);
            assertThat(world.control.stat("preKeyMessages")).isEqualTo(preKeyMessages + 1);
        }
    }

    @Test
    void aRefusalNamesTheCodeAndTheNextMessageGoes() {
        try (World.Session session = world.pair()) {
            world.control.fault("ack-error", session.number(), 1, Map.of("code", 463));

            assertThat(session.text(World.newMessageId(), World.newNumber(), "Halo"))
                    .isEqualTo(new SendResult.Refused(463));
            assertThat(session.text(World.newMessageId(), World.newNumber(), "Halo"))
                    .isInstanceOf(SendResult.Acknowledged.class);
        }
    }

    @Test
    void nothingLeavesWhenTheSessionIsAnothersByThen() {
        try (World.Session session = world.pair()) {
            String to = World.newNumber();
            OutgoingMessage.Text message = new OutgoingMessage.Text(World.newMessageId(), to, "Halo");

            assertThat(session.connection().send(message, () -> false, World.TIMEOUT))
                    .isInstanceOf(SendResult.NotSent.class);

            String next = World.newMessageId();
            assertThat(session.text(next, to, "Halo")).isInstanceOf(SendResult.Acknowledged.class);
            world.awaitMessage(to, next);
            assertThat(world.control.messages(to))
                    .extracting(received -> received.path("id").asString())
                    .containsExactly(next);
        }
    }

    @Test
    void withoutAnAcknowledgementItIsUnconfirmedAndGoesAgainUnderTheSameId() {
        try (World.Session session = world.pair()) {
            world.control.fault("ack-drop", session.number(), 1);
            String to = World.newNumber();
            OutgoingMessage.Text message = new OutgoingMessage.Text(World.newMessageId(), to, "Halo");

            assertThat(session.connection().send(message, () -> true, Duration.ofSeconds(1)))
                    .isInstanceOf(SendResult.Unconfirmed.class);
            assertThat(session.connection().send(message, () -> true, World.TIMEOUT))
                    .isInstanceOf(SendResult.Acknowledged.class);

            assertThat(world.awaitMessage(to, message.messageId()).path("text").asString())
                    .isEqualTo("Halo");
            assertThat(world.control.messages(to)).hasSize(1);
        }
    }

    @Test
    void anAcknowledgementThatIsLateIsWaitedFor() {
        try (World.Session session = world.pair()) {
            world.control.fault("ack-delay", session.number(), 1, Map.of("millis", 1500));

            assertThat(session.text(World.newMessageId(), World.newNumber(), "Halo"))
                    .isInstanceOf(SendResult.Acknowledged.class);
        }
    }

    @Test
    void aConnectionLostWhileWaitingLeavesItUnconfirmed() {
        try (World.Session session = world.pair()) {
            session.text(World.newMessageId(), World.newNumber(), "first");
            world.control.fault("ack-drop", session.number(), 1);
            world.control.fault("drop-connection", session.number(), 1, Map.of("afterMillis", 700));

            assertThat(session.text(World.newMessageId(), World.newNumber(), "Halo"))
                    .isInstanceOf(SendResult.Unconfirmed.class);

            session.listener().awaitClosed();
            assertThat(session.text(World.newMessageId(), World.newNumber(), "Halo"))
                    .isInstanceOf(SendResult.NotSent.class);
        }
    }

    @Test
    void whenTheRecipientsDevicesCannotBeAskedForNothingLeaves() {
        try (World.Session session = world.pair()) {
            long sent = world.control.stat("messages");
            world.control.fault("usync-error", session.number(), 1);
            assertThat(session.text(World.newMessageId(), World.newNumber(), "Halo"))
                    .isInstanceOf(SendResult.NotSent.class);

            world.control.fault("usync-drop", session.number(), 1);
            OutgoingMessage.Text message = new OutgoingMessage.Text(World.newMessageId(), World.newNumber(), "Halo");
            assertThat(session.connection().send(message, () -> true, Duration.ofSeconds(1)))
                    .isInstanceOf(SendResult.NotSent.class);

            assertThat(world.control.stat("messages")).isEqualTo(sent);
            assertThat(session.text(World.newMessageId(), World.newNumber(), "Halo"))
                    .isInstanceOf(SendResult.Acknowledged.class);
        }
    }

    /** A message to the digits that are dialled is acknowledged there, and reaches nobody. */
    @ParameterizedTest
    @CsvSource({"5511987654322, 551187654322", "525512345678, 5215512345678"})
    void aMessageGoesToTheAddressThatWhatsAppNames(String dialled, String address) {
        try (World.Session session = world.pair()) {
            for (int i = 0; i < 2; i++) {
                String id = World.newMessageId();

                assertThat(session.text(id, dialled, "Halo")).isEqualTo(new SendResult.Acknowledged(address, null));

                assertThat(world.awaitMessage(address, id).path("text").asString())
                        .isEqualTo("Halo");
            }
        }
    }

    @Test
    void aRecipientWhosePhoneHasNoUsableKeysGetsNothingAndCountsAsNotSent() {
        try (World.Session session = world.pair();
                World.Session companion = world.pair()) {
            long sent = world.control.stat("messages");
            // Asked for together with its companion, and then alone.
            world.control.fault("bad-keys", session.number(), 2);

            assertThat(session.text(World.newMessageId(), companion.number(), "for nobody"))
                    .isInstanceOf(SendResult.RecipientUnreachable.class);

            assertThat(world.control.stat("messages")).isEqualTo(sent);
            String id = World.newMessageId();
            assertThat(session.text(id, companion.number(), "again")).isInstanceOf(SendResult.Acknowledged.class);
            assertThat(world.awaitMessage(companion.number(), id).path("text").asString())
                    .isEqualTo("again");
        }
    }

    /** The recipient's phone has the Signal session that was used longest ago, and its companion needs a new one. */
    @Test
    @Tag("heavy")
    void aNewSessionWithACompanionDoesNotCostTheOldOneWithThePhone() {
        String to = World.newNumber();
        try (World.Session first = world.pairWithoutHistory();
                World.Session _ = world.pair(world.connector, to)) {
            // Of the recipient's devices only the phone gets a session.
            world.control.unlink(to);
            assertThat(first.text(World.newMessageId(), to, "Halo")).isInstanceOf(SendResult.Acknowledged.class);
            first.end();
            try (World.Session session =
                            world.resume(first.number(), first.listener().credentials());
                    World.Session _ = world.pair(world.connector, to)) {
                // With the own phone and the recipient's, as many as are kept.
                for (int i = 0; i < 498; i++) {
                    assertThat(session.text(World.newMessageId(), World.newNumber(), "Halo"))
                            .isInstanceOf(SendResult.Acknowledged.class);
                }
                long before = world.control.stat("preKeyMessages");
                String id = World.newMessageId();

                assertThat(session.text(id, to, "Halo lagi")).isInstanceOf(SendResult.Acknowledged.class);

                assertThat(world.awaitMessage(to, id).path("text").asString()).isEqualTo("Halo lagi");
                assertThat(world.control.stat("preKeyMessages")).isEqualTo(before + 2);
            }
        }
    }

    @Test
    void aNumberThatIsNotRegisteredIsRefused() {
        try (World.Session session = world.pair()) {
            String nobody = World.newNumber();
            world.control.registered(nobody, false);

            assertThat(session.text(World.newMessageId(), nobody, "Halo")).isInstanceOf(SendResult.Refused.class);
        }
    }

    @Test
    void aPhoneThatCannotDecryptAsksAgainAndGetsIt() {
        try (World.Session session = world.pair()) {
            String to = World.newNumber();
            session.text(World.newMessageId(), to, "first");
            world.control.fault("retry-receipt", session.number(), 2);
            String id = World.newMessageId();

            assertThat(session.text(id, to, "Halo")).isInstanceOf(SendResult.Acknowledged.class);

            assertThat(world.awaitMessage(to, id).path("text").asString()).isEqualTo("Halo");
        }
    }

    @Test
    void closingEndsASendThatIsUnderWay() {
        World.Session session = world.pair();
        session.text(World.newMessageId(), World.newNumber(), "first");
        world.control.fault("ack-drop", session.number(), 1);
        OutgoingMessage.Text message = new OutgoingMessage.Text(World.newMessageId(), World.newNumber(), "Halo");
        long sent = world.control.stat("messages");
        Thread.ofVirtual().start(() -> {
            await().atMost(World.TIMEOUT).until(() -> world.control.stat("messages") > sent);
            session.end();
        });

        assertThat(session.connection().send(message, () -> true, Duration.ofMinutes(1)))
                .isInstanceOf(SendResult.Unconfirmed.class);
    }

    @Test
    void beforeTheLoginNothingIsSent() {
        try (World.Session session = world.open(world.connector, World.newNumber(), null)) {
            assertThat(session.text(World.newMessageId(), World.newNumber(), "Halo"))
                    .isInstanceOf(SendResult.NotSent.class);
        }
    }

    @Test
    void aMessageToOneselfArrives() {
        try (World.Session session = world.pair()) {
            String id = World.newMessageId();

            assertThat(session.text(id, session.number(), "note")).isInstanceOf(SendResult.Acknowledged.class);

            assertThat(world.awaitMessage(session.number(), id).path("text").asString())
                    .isEqualTo("note");
        }
    }
}
