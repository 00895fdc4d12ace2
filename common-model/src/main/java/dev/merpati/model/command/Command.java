package dev.merpati.model.command;

import com.fasterxml.jackson.annotation.JsonSetter;
import com.fasterxml.jackson.annotation.JsonSubTypes;
import com.fasterxml.jackson.annotation.JsonTypeInfo;
import com.fasterxml.jackson.annotation.Nulls;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What a worker does for one session.
 *
 * <p>The names under {@code type} are on the wire: a worker of an older release reads them during a rolling
 * upgrade, so a name may be added but never changed.
 */
@JsonTypeInfo(use = JsonTypeInfo.Id.NAME, property = "type")
@JsonSubTypes({
    @JsonSubTypes.Type(value = Command.StartSession.class, name = "start-session"),
    @JsonSubTypes.Type(value = Command.ReconnectSession.class, name = "reconnect-session"),
    @JsonSubTypes.Type(value = Command.DeleteSession.class, name = "delete-session"),
    @JsonSubTypes.Type(value = Command.SendText.class, name = "send-text"),
    @JsonSubTypes.Type(value = Command.SendMedia.class, name = "send-media"),
    @JsonSubTypes.Type(value = Command.CheckNumbers.class, name = "check-numbers")
})
public sealed interface Command {

    /** Connects a session that was just created; harmless for one that is connected already. */
    record StartSession() implements Command {}

    /** Unlinks the device if WhatsApp can be reached, drops the credentials and shows a new QR code. */
    record ReconnectSession() implements Command {}

    /** Unlinks the device if WhatsApp can be reached and removes every key of the session. */
    record DeleteSession() implements Command {}

    /** A command that puts a message on a phone; its command id is the WhatsApp message id. */
    sealed interface Send extends Command {
        /** The recipient's phone number, digits only. */
        String to();

        /** Whether the recipient is sent to without asking WhatsApp whether the number is registered. */
        boolean skipValidation();
    }

    /**
     * Sends a text.
     *
     * @param text 1 to 4096 code points
     */
    record SendText(String to, String text, boolean skipValidation) implements Send {}

    /**
     * Sends a file out of the media store.
     *
     * @param caption null for none
     */
    record SendMedia(
            String to,
            MediaReference media,
            @JsonSetter(nulls = Nulls.SET) @Nullable String caption,
            boolean skipValidation)
            implements Send {}

    /**
     * Asks WhatsApp which numbers are registered.
     *
     * @param phoneNumbers 1 to 100 distinct numbers, digits only
     */
    record CheckNumbers(List<String> phoneNumbers) implements Command {
        public CheckNumbers {
            phoneNumbers = List.copyOf(phoneNumbers);
        }
    }
}
