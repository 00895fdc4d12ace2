package dev.merpati.worker.cobalt.query;

import static org.assertj.core.api.Assertions.assertThat;

import dev.merpati.model.number.NumberStatus;
import dev.merpati.worker.cobalt.World;
import dev.merpati.worker.whatsapp.NumberCheck;
import dev.merpati.worker.whatsapp.SendResult;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

class NumberCheckIT {
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
    void aHundredNumbersAreAskedInOneQuery() {
        try (World.Session session = world.pair()) {
            List<String> unregistered = List.of("6289876543210", "6281234560000");
            List<String> registered =
                    IntStream.range(0, 98).mapToObj(_ -> World.newNumber()).toList();
            long queries = world.control.stat("numberChecks");

            Map<String, NumberCheck> answer = session.connection()
                    .checkNumbers(
                            Stream.concat(unregistered.stream(), registered.stream())
                                    .toList(),
                            World.TIMEOUT);

            assertThat(answer).hasSize(100);
            assertThat(registered)
                    .allMatch(number -> new NumberCheck(NumberStatus.VALID, number).equals(answer.get(number)));
            assertThat(unregistered)
                    .allMatch(number -> new NumberCheck(NumberStatus.INVALID, null).equals(answer.get(number)));
            assertThat(world.control.stat("numberChecks")).isGreaterThan(queries);
        }
    }

    /** An error says nothing about a number: not now, and not to later checks and sends. */
    @Test
    void whatWasNotAnsweredIsUnknownAndIsNotRemembered() {
        try (World.Session session = world.pair()) {
            String number = World.newNumber();
            world.control.fault("usync-error", session.number(), 1);
            assertThat(session.connection().checkNumbers(List.of(number), World.TIMEOUT))
                    .containsEntry(number, NumberCheck.UNKNOWN);

            world.control.fault("usync-drop", session.number(), 1);
            assertThat(session.connection().checkNumbers(List.of(number), Duration.ofMillis(500)))
                    .containsEntry(number, NumberCheck.UNKNOWN);

            assertThat(session.connection().checkNumbers(List.of(number), World.TIMEOUT))
                    .containsEntry(number, new NumberCheck(NumberStatus.VALID, number));
            assertThat(session.text(World.newMessageId(), number, "Halo")).isInstanceOf(SendResult.Acknowledged.class);
        }
    }

    @Test
    void aNumberThatIsDialledOtherwiseHasTheAddressThatWhatsAppNames() {
        try (World.Session session = world.pair()) {
            assertThat(session.connection().checkNumbers(List.of("5511987654321"), World.TIMEOUT))
                    .containsEntry("5511987654321", new NumberCheck(NumberStatus.VALID, "551187654321"));
        }
    }

    @Test
    void withoutALoginEverythingIsUnknown() {
        try (World.Session session = world.open(world.connector, World.newNumber(), null)) {
            assertThat(session.connection().checkNumbers(List.of("628123456789"), World.TIMEOUT))
                    .containsEntry("628123456789", NumberCheck.UNKNOWN);
        }
    }
}
