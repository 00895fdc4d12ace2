package dev.merpati.worker.cobalt.send;

import static org.assertj.core.api.Assertions.assertThat;

import dev.merpati.model.command.MediaKind;
import dev.merpati.worker.cobalt.World;
import dev.merpati.worker.cobalt.stream.AuthenticatedClient;
import dev.merpati.worker.whatsapp.SendResult;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** An audio whose text is a message of its own. */
class AudioTextTest {

    /** "Not sent" would make a customer send the audio again. */
    @Test
    void afterTheAudioNothingIsNotSent() {
        assertThat(AuthenticatedClient.afterAudio("T", new SendResult.Acknowledged("1", null)))
                .isEqualTo(new SendResult.Acknowledged("1", "T"));
        assertThat(AuthenticatedClient.afterAudio("T", new SendResult.NotSent("lost")))
                .isInstanceOf(SendResult.Unconfirmed.class);
        assertThat(AuthenticatedClient.afterAudio("T", new SendResult.Unconfirmed("late")))
                .isInstanceOf(SendResult.Unconfirmed.class);
        assertThat(AuthenticatedClient.afterAudio("T", new SendResult.Refused(463)))
                .isInstanceOf(SendResult.PartlyAcknowledged.class);
        assertThat(AuthenticatedClient.afterAudio("T", new SendResult.RecipientUnreachable("no keys")))
                .isInstanceOf(SendResult.PartlyAcknowledged.class);
    }

    @Test
    void theTextsIdIsTheSameForEachTry() {
        assertThat(AuthenticatedClient.textMessageId("3EB0A"))
                .isEqualTo(AuthenticatedClient.textMessageId("3EB0A"))
                .matches("3EB0[0-9A-F]{18}")
                .isNotEqualTo(AuthenticatedClient.textMessageId("3EB0B"));
    }

    @ParameterizedTest
    @CsvSource({
        "OggS...OpusHead, audio/ogg, audio/ogg; codecs=opus",
        "OggS...vorbis, audio/ogg, audio/ogg",
        "ID3, audio/mpeg, audio/mpeg",
        "'', audio/aac, audio/aac"
    })
    void opusIsNamed(String head, String declared, String sent) {
        byte[] content = head.getBytes(StandardCharsets.US_ASCII);

        assertThat(MessageContent.audioType(World.media("ID", "1", MediaKind.AUDIO, declared, "a.ogg", content, null)))
                .isEqualTo(sent);
    }
}
