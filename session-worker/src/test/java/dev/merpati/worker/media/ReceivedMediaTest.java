package dev.merpati.worker.media;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.UUID;
import org.junit.jupiter.api.Test;

class ReceivedMediaTest {
    private static final UUID SESSION = UUID.fromString("7a0d9e54-7c3c-4b8f-a3a1-0b6b8a4e8f10");

    @Test
    void theSameMessageHasTheSameId() {
        assertThat(ReceivedMedia.idOf(SESSION, "key"))
                .matches("[A-Za-z0-9_-]{22}")
                .isEqualTo(ReceivedMedia.idOf(UUID.fromString(SESSION.toString()), "key"));
    }

    @Test
    void anotherMessageOrSessionHasAnotherId() {
        assertThat(ReceivedMedia.idOf(SESSION, "key"))
                .isNotEqualTo(ReceivedMedia.idOf(SESSION, "kez"))
                .isNotEqualTo(ReceivedMedia.idOf(UUID.randomUUID(), "key"));
    }
}
