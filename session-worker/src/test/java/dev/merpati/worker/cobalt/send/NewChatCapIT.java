package dev.merpati.worker.cobalt.send;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.merpati.testlogging.ExpectErrors;
import dev.merpati.worker.cobalt.World;
import dev.merpati.worker.cobalt.account.Account;
import dev.merpati.worker.whatsapp.SendResult;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** What WhatsApp does to accounts that begin too many chats. */
@ExpectErrors(logger = "dev.merpati.simulator.rule.Refusals", always = false)
class NewChatCapIT {
    @Test
    void anAccountThatMayBeginNoMoreChatsGoesOnWithThoseItHas() {
        try (World world = new World(options -> options.withNewChats(2, Duration.ofMinutes(10), 1));
                World.Session session = world.pair()) {
            String known = World.newNumber();
            assertThat(session.text(World.newMessageId(), known, "first")).isInstanceOf(SendResult.Acknowledged.class);

            SendResult refused = session.text(World.newMessageId(), World.newNumber(), "second");
            SendResult again = session.text(World.newMessageId(), World.newNumber(), "third");

            assertThat(refused)
                    .isInstanceOfSatisfying(
                            SendResult.Restricted.class,
                            restricted -> assertThat(restricted.until()).isAfter(Instant.now()));
            assertThat(again).isInstanceOf(SendResult.Restricted.class);
            assertThat(session.text(World.newMessageId(), known, "known")).isInstanceOf(SendResult.Acknowledged.class);
            // Nothing is sent to find out.
            assertThat(world.control.refusalsOf(session.number())).hasSize(1);
            await().atMost(World.TIMEOUT)
                    .until(() -> session.listener().restrictions.stream().anyMatch(Optional::isPresent));
        }
    }

    @Test
    void whenTheCycleEndsNewChatsGoAgain() {
        try (World world = new World(options -> options.withNewChats(2, Duration.ofMinutes(10), 1));
                World.Session session = world.pair()) {
            assertThat(newChat(session)).isInstanceOf(SendResult.Acknowledged.class);
            // Longer than a busy machine takes for the next message.
            world.control.newChatCycle(session.number(), 6);
            SendResult capped = newChat(session);
            assertThat(capped).isInstanceOf(SendResult.Restricted.class);
            Instant end = ((SendResult.Restricted) capped).until();
            assertThat(end)
                    .isBetween(Instant.now().minusSeconds(1), Instant.now().plusSeconds(6));

            await().atMost(World.TIMEOUT).until(() -> Instant.now().isAfter(end));

            assertThat(newChat(session)).isInstanceOf(SendResult.Acknowledged.class);
            assertThat(newChat(session)).isInstanceOf(SendResult.Restricted.class);
        }
    }

    /** The cap of a cycle and the lock after refusals end each for itself. */
    @Test
    void whatWhatsAppTellsOfTheCapCountsAtOnceAndIsNotTheTimeLock() {
        try (World world = new World(options -> options.withNewChats(2, Duration.ofMinutes(10), 1));
                World.Session session = world.pair()) {
            assertThat(newChat(session)).isInstanceOf(SendResult.Acknowledged.class);
            world.control.newChatCycle(session.number(), 600);
            await().atMost(World.TIMEOUT).until(() -> newChatCap(session).isPresent());

            assertThat(newChat(session)).isInstanceOf(SendResult.Restricted.class);
            assertThat(world.control.refusalsOf(session.number()))
                    .as("nothing is sent to find out")
                    .isEmpty();
            world.control.timeLock(session.number(), 600);
            await().atMost(World.TIMEOUT).until(() -> timeLock(session).isPresent());
            world.control.timeLock(session.number(), 0);
            await().atMost(World.TIMEOUT).until(() -> timeLock(session).isEmpty());
            assertThat(newChat(session)).as("the cap still holds").isInstanceOf(SendResult.Restricted.class);

            world.control.newChatCycle(session.number(), 0);
            await().atMost(World.TIMEOUT).until(() -> newChatCap(session).isEmpty());
            assertThat(newChat(session)).isInstanceOf(SendResult.Acknowledged.class);
            assertThat(world.control.refusalsOf(session.number())).isEmpty();
        }
    }

    private static Optional<Instant> newChatCap(World.Session session) {
        return new Account(session.records()).newChatCap().until();
    }

    private static Optional<Instant> timeLock(World.Session session) {
        return new Account(session.records()).timeLock().until();
    }

    private static SendResult newChat(World.Session session) {
        return session.text(World.newMessageId(), World.newNumber(), "Halo");
    }
}
