package dev.merpati.worker.cobalt.send;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.merpati.testlogging.ExpectErrors;
import dev.merpati.worker.cobalt.World;
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
}
