package dev.merpati.worker.cobalt.send;

import static org.assertj.core.api.Assertions.assertThat;

import it.auties.whatsapp.model.jid.Jid;
import org.junit.jupiter.api.Test;

class RecentMessagesTest {
    private static final Jid RECIPIENT = Jid.of(628123456789L);

    private final RecentMessages messages = new RecentMessages();

    @Test
    void forgetsTheOldestBeyondANumber() {
        for (int i = 0; i < 129; i++) {
            messages.add("id" + i, RECIPIENT, MessageContent.text("Halo"));
        }

        assertThat(messages.again("id0")).isEmpty();
        assertThat(messages.again("id1")).isPresent();
        assertThat(messages.again("id128")).isPresent();
    }

    @Test
    void forgetsTheOldestBeyondASize() {
        for (int i = 0; i < 14; i++) {
            messages.add("id" + i, RECIPIENT, MessageContent.text("x".repeat(10_000)));
        }

        assertThat(messages.again("id0")).isEmpty();
        assertThat(messages.again("id13")).isPresent();
    }

    @Test
    void anIdThatIsSentAgainCountsOnce() {
        for (int i = 0; i < 100; i++) {
            messages.add("same", RECIPIENT, MessageContent.text("x".repeat(10_000)));
        }
        messages.add("other", RECIPIENT, MessageContent.text("Halo"));

        assertThat(messages.again("same")).isPresent();
    }

    /** A device that can never decrypt must not make us send for ever. */
    @Test
    void isGivenOutFiveTimes() {
        messages.add("id", RECIPIENT, MessageContent.text("Halo"));
        for (int i = 0; i < 5; i++) {
            assertThat(messages.again("id")).isPresent();
        }

        assertThat(messages.again("id")).isEmpty();
    }
}
