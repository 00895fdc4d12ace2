package dev.merpati.worker.cobalt.receive;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.merpati.worker.cobalt.World;
import dev.merpati.worker.cobalt.account.LidMap;
import dev.merpati.worker.whatsapp.IncomingContent;
import dev.merpati.worker.whatsapp.IncomingMessage;
import dev.merpati.worker.whatsapp.SendResult;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Messages of simulated phones, from the ciphertext to the receipt. */
class ReceiveIT {
    private static World world;

    @BeforeAll
    static void start() {
        world = new World();
    }

    @AfterAll
    static void stop() {
        world.close();
    }

    private static World.Session pair(boolean migrated) {
        String number = World.newNumber();
        world.control.phone(number, Map.of("migrated", migrated));
        return world.pair(world.connector, number);
    }

    private static String phone() {
        String number = World.newNumber();
        world.control.addPhone(number);
        return number;
    }

    private static String text(String from, World.Session to, String text) {
        return world.control.send(from, Map.of("to", to.number(), "text", text));
    }

    private static void awaitDelivered(String from, World.Session to, String id) {
        await().atMost(World.TIMEOUT)
                .until(() -> world.control
                                .sent(from, to.number(), id)
                                .path("devices")
                                .size()
                        > 1);
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void aTextIsTakenAndConfirmed(boolean migrated) {
        try (World.Session session = pair(migrated)) {
            String from = phone();

            String id = text(from, session, "Halo");

            IncomingMessage message = session.listener().awaitMessage(id);
            assertThat(message.content()).isEqualTo(new IncomingContent.Text("Halo"));
            assertThat(message.sender().phoneNumber()).isEqualTo(from);
            assertThat(message.chat().phoneNumber()).isEqualTo(from);
            assertThat(message.fromMe()).isFalse();
            awaitDelivered(from, session, id);
            assertThat(session.listener().breaches).isEmpty();
        }
    }

    /** The server names the number beside a hidden id once; from then on it has to be remembered, over connections too. */
    @Test
    void aHiddenSenderIsKnownWithoutItsNumberBesideIt() {
        World.Session session = pair(true);
        String from = phone();
        session.listener().awaitMessage(text(from, session, "one"));
        session.end();
        try (World.Session again = world.resume(session)) {
            IncomingMessage second = again.listener().awaitMessage(text(from, again, "two"));

            assertThat(second.sender().phoneNumber()).isEqualTo(from);
            assertThat(second.sender().lid()).isNotNull().isNotEqualTo(from);
            assertThat(new LidMap(again.records())
                            .numberOf(String.valueOf(second.sender().lid())))
                    .contains(from);
        }
    }

    @Test
    void allKindsOfContentAreRead() {
        try (World.Session session = pair(true)) {
            String from = phone();
            String text = text(from, session, "Halo");
            session.listener().awaitMessage(text);
            String file = Base64.getEncoder().encodeToString(new byte[] {1, 2, 3});

            assertThat(content(
                            session,
                            from,
                            Map.of("type", "image", "media", file, "mimeType", "image/png", "caption", "c")))
                    .isInstanceOfSatisfying(IncomingContent.Media.class, media -> {
                        assertThat(media.type()).isEqualTo(IncomingContent.MediaType.IMAGE);
                        assertThat(media.caption()).isEqualTo("c");
                        assertThat(media.key()).hasSize(32);
                        assertThat(media.directPath()).isNotBlank();
                        assertThat(media.length()).isEqualTo(3);
                    });
            assertThat(content(
                            session,
                            from,
                            Map.of("type", "voice", "media", file, "mimeType", "audio/ogg", "seconds", 4)))
                    .isInstanceOfSatisfying(IncomingContent.Media.class, media -> {
                        assertThat(media.type()).isEqualTo(IncomingContent.MediaType.VOICE);
                        assertThat(media.seconds()).isEqualTo(4);
                    });
            assertThat(content(
                            session,
                            from,
                            Map.of("type", "video", "media", file, "mimeType", "video/mp4", "viewOnce", true)))
                    .isInstanceOfSatisfying(
                            IncomingContent.Media.class,
                            media -> assertThat(media.viewOnce()).isTrue());
            assertThat(content(
                            session,
                            from,
                            Map.of("type", "document", "media", file, "mimeType", "text/plain", "fileName", "a.txt")))
                    .isInstanceOfSatisfying(
                            IncomingContent.Media.class,
                            media -> assertThat(media.fileName()).isEqualTo("a.txt"));
            assertThat(content(session, from, Map.of("type", "sticker", "media", file, "mimeType", "image/webp")))
                    .isInstanceOfSatisfying(
                            IncomingContent.Media.class,
                            media -> assertThat(media.type()).isEqualTo(IncomingContent.MediaType.STICKER));
            assertThat(content(
                            session, from, Map.of("type", "location", "latitude", 1.5, "longitude", -2.5, "name", "n")))
                    .isEqualTo(new IncomingContent.Location(1.5, -2.5, "n", null, false));
            assertThat(content(session, from, Map.of("type", "contact", "name", "Budi", "phone", "628999")))
                    .isInstanceOfSatisfying(
                            IncomingContent.Contacts.class,
                            contacts -> assertThat(
                                            contacts.contacts().getFirst().name())
                                    .isEqualTo("Budi"));
            assertThat(content(
                            session,
                            from,
                            Map.of("type", "poll", "name", "q", "options", List.of("a", "b"), "selectable", 1)))
                    .isEqualTo(new IncomingContent.Poll("q", List.of("a", "b"), 1));
            assertThat(about(session, from, Map.of("type", "reaction", "id", text, "emoji", "👍")))
                    .isEqualTo(new IncomingContent.Reaction(text, "👍"));
            assertThat(about(session, from, Map.of("type", "edit", "id", text, "text", "Hola")))
                    .isEqualTo(new IncomingContent.Edit(text, new IncomingContent.Text("Hola")));
            assertThat(about(session, from, Map.of("type", "delete", "id", text)))
                    .isEqualTo(new IncomingContent.Revoke(text));
            String answer = world.control.send(from, Map.of("to", session.number(), "text", "re", "quote", text));
            assertThat(session.listener().awaitMessage(answer).quoted())
                    .isNotNull()
                    .extracting(IncomingMessage.Quoted::id)
                    .isEqualTo(text);
        }
    }

    private static IncomingContent content(World.Session session, String from, Map<String, ?> message) {
        Map<String, Object> addressed = new java.util.HashMap<>(message);
        addressed.put("to", session.number());
        return session.listener()
                .awaitMessage(world.control.send(from, addressed))
                .content();
    }

    private static IncomingContent about(World.Session session, String from, Map<String, ?> message) {
        return session.listener()
                .awaitMessage(world.control.send(from, message))
                .content();
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void whatCannotBeDecryptedIsAskedForAgainAndNeverConfirmed(boolean migrated) {
        try (World.Session session = pair(migrated)) {
            String from = phone();
            session.listener().awaitMessage(text(from, session, "one"));
            long before = world.control.stat("falselyDelivered");

            String id = world.control.send(
                    from, Map.of("to", session.number(), "text", "spoiled at first", "spoiled", true));

            assertThat(session.listener().awaitMessage(id).content())
                    .isEqualTo(new IncomingContent.Text("spoiled at first"));
            awaitDelivered(from, session, id);
            assertThat(world.control.stat("falselyDelivered")).isEqualTo(before);
        }
    }

    /** Nobody but the phone has it: no other client of the account's can decrypt a message that there is not. */
    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void aMessageThatOnlyThePhoneHasIsGotFromThePhone(boolean migrated) {
        try (World.Session session = pair(migrated)) {
            String from = phone();
            session.listener().awaitMessage(text(from, session, "one"));

            String id = world.control.send(
                    from, Map.of("to", session.number(), "text", "only on the phone", "unavailable", true));

            IncomingMessage message = session.listener().awaitMessage(id);
            assertThat(message.content()).isEqualTo(new IncomingContent.Text("only on the phone"));
            assertThat(message.sender().phoneNumber()).isEqualTo(from);
            assertThat(message.fromMe()).isFalse();
            await().atMost(World.TIMEOUT).until(() -> world.control.waiting(session.number()) == 0);
            assertThat(world.control.messages(session.number()))
                    .as("nothing is shown on the own phone")
                    .noneMatch(shown -> shown.path("type").asString().equals("protocol"));
            assertThat(world.control.refusalsOf(session.number())).isEmpty();
        }
    }

    @Test
    void aListenerThatFailsGetsTheSameMessageAgain() {
        try (World.Session session = pair(true)) {
            String from = phone();
            AtomicInteger failures = new AtomicInteger(2);
            session.listener().messageGate = _ -> {
                if (failures.getAndDecrement() > 0) {
                    throw new IllegalStateException("not now");
                }
            };

            String id = text(from, session, "Halo");

            awaitDelivered(from, session, id);
            assertThat(session.listener().offered)
                    .extracting(IncomingMessage::id)
                    .containsExactly(id, id, id);
            assertThat(session.listener().messages).hasSize(1);
        }
    }

    /** Nothing is confirmed, sends go on, and what waits comes when the listener takes it. */
    @Test
    void aListenerThatBlocksDelaysNoSend() {
        try (World.Session session = pair(true)) {
            String from = phone();
            CountDownLatch release = new CountDownLatch(1);
            session.listener().messageGate = _ -> hold(release);
            List<String> ids = new ArrayList<>();
            for (int i = 0; i < 5; i++) {
                ids.add(text(from, session, "Halo " + i));
            }
            await().atMost(World.TIMEOUT)
                    .until(() -> !session.listener().offered.isEmpty());

            assertThat(session.text(World.newMessageId(), World.newNumber(), "goes on"))
                    .isInstanceOf(SendResult.Acknowledged.class);
            assertThat(world.control
                            .sent(from, session.number(), ids.getFirst())
                            .path("devices"))
                    .hasSize(1);

            release.countDown();
            ids.forEach(id -> awaitDelivered(from, session, id));
        }
    }

    private static void hold(CountDownLatch latch) {
        try {
            latch.await();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /** Whatever step a connection is cut off at: the message comes again, under its id, until it is taken. */
    @Test
    void aConnectionThatIsAbortedWhileTheListenerWorksLosesNothing() {
        World.Session session = pair(true);
        String from = phone();
        session.listener().awaitMessage(text(from, session, "one"));
        session.listener().awaitQuiet();
        CountDownLatch release = new CountDownLatch(1);
        session.listener().messageGate = _ -> {
            hold(release);
            throw new IllegalStateException("too late");
        };
        String id = text(from, session, "two");
        await().atMost(World.TIMEOUT)
                .until(() -> session.listener().offered.getLast().id().equals(id));
        session.connection().abort();
        release.countDown();

        try (World.Session again = world.resume(session)) {
            IncomingMessage message = again.listener().awaitMessage(id);

            assertThat(message.content()).isEqualTo(new IncomingContent.Text("two"));
            awaitDelivered(from, again, id);
        }
    }

    @Test
    void aConnectionThatIsClosedWhileTheListenerFailsLosesNothing() {
        World.Session session = pair(true);
        String from = phone();
        session.listener().messageGate = _ -> {
            throw new IllegalStateException("never");
        };
        String id = text(from, session, "Halo");
        await().atMost(World.TIMEOUT).until(() -> !session.listener().offered.isEmpty());
        session.end();

        try (World.Session again = world.resume(session)) {
            again.listener().awaitMessage(id);
            awaitDelivered(from, again, id);
        }
    }

    /** More than comes unasked, and more than one batch. */
    @Test
    void aBacklogIsReceivedWholly() {
        World.Session session = pair(true);
        session.end();
        String from = phone();
        List<String> ids = new ArrayList<>();
        for (int i = 0; i < 250; i++) {
            ids.add(text(from, session, "Halo " + i));
        }

        try (World.Session again = world.resume(session)) {
            ids.forEach(id -> again.listener().awaitMessage(id));
            assertThat(again.listener().messages)
                    .extracting(IncomingMessage::id)
                    .containsExactlyElementsOf(ids);
            assertThat(again.listener().messages).allMatch(IncomingMessage::offline);
            String live = text(from, again, "live");
            assertThat(again.listener().awaitMessage(live).offline()).isFalse();
        }
    }

    /** Both write before they hear of each other: two Signal sessions begin. */
    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void bothSidesMayBeginASessionAtOnce(boolean migrated) {
        try (World.Session session = pair(migrated)) {
            String peer = phone();
            List<String> received = new ArrayList<>();
            for (int i = 0; i < 10; i++) {
                received.add(text(peer, session, "to the session " + i));
                String id = World.newMessageId();
                assertThat(session.text(id, peer, "from the session " + i)).isInstanceOf(SendResult.Acknowledged.class);
                world.awaitMessage(peer, id);
            }
            received.forEach(id -> session.listener().awaitMessage(id));
        }
    }
}
