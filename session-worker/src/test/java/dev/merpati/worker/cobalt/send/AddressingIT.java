package dev.merpati.worker.cobalt.send;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.merpati.model.number.NumberStatus;
import dev.merpati.testlogging.ExpectErrors;
import dev.merpati.worker.cobalt.World;
import dev.merpati.worker.cobalt.account.AbProperty;
import dev.merpati.worker.cobalt.account.AccountTraits;
import dev.merpati.worker.whatsapp.NumberCheck;
import dev.merpati.worker.whatsapp.SendResult;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Messages are addressed as the account's own kind wants it. What WhatsApp refuses on the way is asserted in each test. */
@ExpectErrors(logger = "dev.merpati.simulator.rule.Refusals", always = false)
class AddressingIT {
    private static World world;

    @BeforeAll
    static void start() {
        world = new World();
    }

    @AfterAll
    static void stop() {
        world.close();
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void messagesAndFilesArriveInBothKindsOfAccount(boolean migrated) {
        try (World.Session session = pair(migrated)) {
            String to = World.newNumber();
            for (int i = 0; i < 3; i++) {
                String id = World.newMessageId();
                assertThat(session.text(id, to, "Halo")).isEqualTo(new SendResult.Acknowledged(to, null));
                assertThat(world.awaitMessage(to, id).path("copies").asInt()).isEqualTo(1);
            }
            String self = World.newMessageId();
            assertThat(session.text(self, session.number(), "note")).isInstanceOf(SendResult.Acknowledged.class);
            world.awaitMessage(session.number(), self);
            assertThat(world.control.refusalsOf(session.number())).isEmpty();
        }
    }

    /** Brazil's mobile numbers are dialled with a digit that their addresses lack. */
    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void theResultNamesThePhoneNumber(boolean migrated) {
        try (World.Session session = pair(migrated)) {
            String dialled = migrated ? "5511987654325" : "5511987654326";
            String address = migrated ? "551187654325" : "551187654326";

            assertThat(session.text(World.newMessageId(), dialled, "Halo"))
                    .isEqualTo(new SendResult.Acknowledged(address, null));
        }
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void numbersAreCheckedInBothKindsOfAccount(boolean migrated) {
        try (World.Session session = pair(migrated)) {
            String registered = World.newNumber();
            String nobody = World.newNumber();
            world.control.registered(nobody, false);

            for (List<String> asked : List.of(List.of(registered, nobody), List.of(registered), List.of(nobody))) {
                Map<String, NumberCheck> checks = session.connection().checkNumbers(asked, World.TIMEOUT);
                asked.forEach(number -> assertThat(checks.get(number))
                        .isEqualTo(
                                number.equals(registered)
                                        ? new NumberCheck(NumberStatus.VALID, registered)
                                        : new NumberCheck(NumberStatus.INVALID, null)));
            }
        }
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void allDevicesOfBothAccountsGetACopy(boolean migrated) {
        try (World.Session session = pair(migrated)) {
            String to = World.newNumber();
            world.control.addPhone(to);
            int theirs = world.control.addDevice(to);
            int own = world.control.addDevice(session.number());
            String id = World.newMessageId();

            assertThat(session.text(id, to, "Halo")).isInstanceOf(SendResult.Acknowledged.class);

            world.awaitMessage(to, id);
            awaitOn(to, theirs, id);
            awaitOn(session.number(), own, id);
            assertThat(world.control.refusalsOf(session.number())).isEmpty();
        }
    }

    /** An account that was migrated while the session was away, and one of which the worker believes it wrongly. */
    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void whatWhatsAppRefusesIsTriedInTheOtherNamespaceAndRemembered(boolean migrated) {
        try (World.Session session = pair(migrated)) {
            String to = World.newNumber();
            assertThat(session.text(World.newMessageId(), to, "before")).isInstanceOf(SendResult.Acknowledged.class);
            long before = world.control.refusalsOf(session.number()).size();
            world.control.enforce(session.number(), migrated ? "lid-addressing" : "number-addressing", true);
            changeSilently(session, !migrated);
            String id = World.newMessageId();

            assertThat(session.text(id, to, "after")).isInstanceOf(SendResult.Acknowledged.class);
            assertThat(session.text(World.newMessageId(), to, "again")).isInstanceOf(SendResult.Acknowledged.class);

            world.awaitMessage(to, id);
            assertThat(world.control.refusalsOf(session.number())).hasSize((int) before + 1);
        }
    }

    /** The first message to a former hidden id still arrives; the next goes to the new one. */
    @Test
    void anOutdatedHiddenIdIsAskedForAgain() {
        try (World.Session session = pair(true)) {
            String to = World.newNumber();
            assertThat(session.text(World.newMessageId(), to, "before")).isInstanceOf(SendResult.Acknowledged.class);
            world.control.rotateLid(to);
            for (int i = 0; i < 3; i++) {
                String id = World.newMessageId();
                assertThat(session.text(id, to, "after")).isInstanceOf(SendResult.Acknowledged.class);
                world.awaitMessage(to, id);
            }
            assertThat(world.control.refusalsOf(session.number())).hasSize(1);
        }
    }

    @Test
    void aDeviceThatWasLinkedMeanwhileGetsTheMessageToo() {
        try (World.Session session = pair(true)) {
            String to = World.newNumber();
            assertThat(session.text(World.newMessageId(), to, "before")).isInstanceOf(SendResult.Acknowledged.class);
            int device = world.control.addDevice(to);
            String id = World.newMessageId();

            assertThat(session.text(id, to, "after")).isInstanceOf(SendResult.Acknowledged.class);

            awaitOn(to, device, id);
            assertThat(world.awaitMessage(to, id).path("copies").asInt()).isEqualTo(1);
            String next = World.newMessageId();
            assertThat(session.text(next, to, "next")).isInstanceOf(SendResult.Acknowledged.class);
            awaitOn(to, device, next);
        }
    }

    /** The server knows of a device that it has not told of yet. */
    @Test
    void aDeviceThatAMessageMissedGetsItAfterwards() {
        try (World.Session session = pair(true)) {
            String to = World.newNumber();
            assertThat(session.text(World.newMessageId(), to, "before")).isInstanceOf(SendResult.Acknowledged.class);
            world.control.fault("slow-network", session.number(), 1000, Map.of("millis", 1500));
            int device = world.control.addDevice(to);
            String id = World.newMessageId();

            assertThat(session.text(id, to, "after")).isInstanceOf(SendResult.Acknowledged.class);
            world.control.endFaults();

            awaitOn(to, device, id);
            assertThat(world.awaitMessage(to, id).path("copies").asInt()).isEqualTo(1);
            assertThat(world.control.refusalsOf(session.number())).hasSize(1);
        }
    }

    /** One that is gone makes WhatsApp refuse a key query as a whole. */
    @Test
    void aDeviceThatIsGoneKeepsNobodyElseFromTheMessage() {
        try (World.Session session = pair(true)) {
            String to = World.newNumber();
            world.control.addPhone(to);
            int device = world.control.addDevice(to);
            assertThat(session.text(World.newMessageId(), to, "before")).isInstanceOf(SendResult.Acknowledged.class);
            world.control.removeDevice(to, device);
            String id = World.newMessageId();

            assertThat(session.text(id, to, "after")).isInstanceOf(SendResult.Acknowledged.class);

            world.awaitMessage(to, id);
        }
    }

    /**
     * Changes the account, and nobody tells the worker: its question for the account's properties is answered before, and
     * a phone that is away announces nothing.
     */
    private static void changeSilently(World.Session session, boolean migrated) {
        await().atMost(World.TIMEOUT)
                .until(() -> new AccountTraits(session.records())
                        .isOn(AbProperty.CHATS_MIGRATED)
                        .isPresent());
        world.control.phone(session.number(), Map.of("offline", true, "migrated", migrated));
    }

    private static void awaitOn(String number, int device, String id) {
        await().atMost(World.TIMEOUT)
                .until(() -> world.control.messagesOn(number, device).stream()
                        .anyMatch(message -> message.path("id").asString().equals(id)));
    }

    private static World.Session pair(boolean migrated) {
        String number = World.newNumber();
        world.control.addPhone(number);
        world.control.change(number, "migrated", migrated);
        return world.pair(world.connector, number);
    }
}
