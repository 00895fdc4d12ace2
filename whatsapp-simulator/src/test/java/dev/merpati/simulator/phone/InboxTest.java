package dev.merpati.simulator.phone;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Instant;
import org.junit.jupiter.api.Test;

class InboxTest {
    private final Inbox inbox = new Inbox(3);

    @Test
    void countsCopiesAndShowsOnlyWhatWasDecrypted() {
        assertThat(inbox.arrived("a")).isEqualTo(1);
        assertThat(inbox.arrived("a")).isEqualTo(2);
        assertThat(inbox.arrived("b")).isEqualTo(1);
        inbox.decrypted(message("a"));
        inbox.decrypted(message("a"));
        assertThat(inbox.messages())
                .singleElement()
                .satisfies(counted -> assertThat(counted.copies()).isEqualTo(2));
        assertThat(inbox.size()).isEqualTo(1);
    }

    @Test
    void forgetsTheOldest() {
        for (String id : new String[] {"a", "b", "c", "d"}) {
            inbox.arrived(id);
            inbox.decrypted(message(id));
        }
        assertThat(inbox.messages())
                .extracting(counted -> counted.message().id())
                .containsExactly("b", "c", "d");
        assertThat(inbox.size()).isEqualTo(3);
        assertThat(inbox.arrived("a")).as("forgotten, so new again").isEqualTo(1);
    }

    @Test
    void readsEveryMessageOnce() {
        inbox.arrived("a");
        inbox.arrived("b");
        inbox.decrypted(message("a"));
        inbox.decrypted(message("b"));
        assertThat(inbox.read("b")).hasSize(1);
        assertThat(inbox.read(null)).extracting(ReceivedMessage::id).containsExactly("a");
        assertThat(inbox.read(null)).isEmpty();
    }

    private static ReceivedMessage message(String id) {
        return new ReceivedMessage(id, "628", 1, false, MessageContent.text("hi"), Instant.EPOCH);
    }
}
