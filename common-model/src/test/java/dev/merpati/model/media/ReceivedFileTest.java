package dev.merpati.model.media;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.time.Instant;
import java.util.UUID;
import org.junit.jupiter.api.Test;

class ReceivedFileTest {
    private static final UUID SESSION = UUID.fromString("7a0d9e54-7c3c-4b8f-a3a1-0b6b8a4e8f10");

    @Test
    void isReadAsItWasStored() {
        ReceivedFile file = new ReceivedFile("image/png", "a.png", 5, "ab", 1_000);
        ReceivedFile bare = new ReceivedFile(null, null, 0, "", 0);

        assertThat(ReceivedFile.ofStored(file.stored())).isEqualTo(file);
        assertThat(ReceivedFile.ofStored(bare.stored())).isEqualTo(bare);
    }

    @Test
    void quotesNothingOfWhatItCannotRead() {
        assertThatThrownBy(() -> ReceivedFile.ofStored("{\"fileName\": \"secret.pdf\"}"))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageNotContaining("secret");
        assertThatThrownBy(() -> ReceivedFile.ofStored("null")).isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void aNameInTheStoreBelongsToOneSessionAndIsNoLongerThanAllowed() {
        String name = ReceivedFile.nameInStore(SESSION, "A".repeat(22));

        assertThat(name).matches("[A-Za-z0-9_-]{1,64}").contains("7a0d9e547c3c4b8fa3a10b6b8a4e8f10");
        assertThat(ReceivedFile.isNameInStore(name)).isTrue();
        assertThat(ReceivedFile.isNameInStore(UUID.randomUUID().toString())).isFalse();
    }

    @Test
    void isKeptADayLongerThanItsEvent() {
        assertThat(new ReceivedFile(null, null, 0, "", 1_000).keptUntil(Duration.ofHours(1)))
                .isEqualTo(Instant.ofEpochMilli(1_000).plus(Duration.ofHours(25)));
    }
}
