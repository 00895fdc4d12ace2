package dev.merpati.model.command;

import com.fasterxml.jackson.annotation.JsonSetter;
import com.fasterxml.jackson.annotation.JsonSubTypes;
import com.fasterxml.jackson.annotation.JsonTypeInfo;
import com.fasterxml.jackson.annotation.Nulls;
import java.util.List;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * What a worker does for one session.
 *
 * <p>The names under {@code type} are on the wire: a worker of an older release reads them during a rolling
 * upgrade, so a name may be added but never changed.
 */
@JsonTypeInfo(use = JsonTypeInfo.Id.NAME, property = "type")
@JsonSubTypes({
    @JsonSubTypes.Type(value = Command.StartSession.class, name = Command.START_SESSION),
    @JsonSubTypes.Type(value = Command.ReconnectSession.class, name = Command.RECONNECT_SESSION),
    @JsonSubTypes.Type(value = Command.DeleteSession.class, name = Command.DELETE_SESSION),
    @JsonSubTypes.Type(value = Command.RequestPairingCode.class, name = Command.REQUEST_PAIRING_CODE),
    @JsonSubTypes.Type(value = Command.AnswerPasskey.class, name = Command.ANSWER_PASSKEY),
    @JsonSubTypes.Type(value = Command.SendText.class, name = Command.SEND_TEXT),
    @JsonSubTypes.Type(value = Command.SendMedia.class, name = Command.SEND_MEDIA),
    @JsonSubTypes.Type(value = Command.CheckNumbers.class, name = Command.CHECK_NUMBERS),
    @JsonSubTypes.Type(value = Command.FetchMedia.class, name = Command.FETCH_MEDIA)
})
public sealed interface Command {
    String START_SESSION = "start-session";
    String RECONNECT_SESSION = "reconnect-session";
    String DELETE_SESSION = "delete-session";
    String REQUEST_PAIRING_CODE = "request-pairing-code";
    String ANSWER_PASSKEY = "answer-passkey";
    String SEND_TEXT = "send-text";
    String SEND_MEDIA = "send-media";
    String CHECK_NUMBERS = "check-numbers";
    String FETCH_MEDIA = "fetch-media";

    /** Changes a session's own life. Runs beside a session's work. */
    sealed interface Control extends Command {}

    /** Uses a session's connection. A session's work runs in order, one command at a time. */
    sealed interface Work extends Command {}

    /** The command's name on the wire, which logs and metrics use too. */
    default String wireName() {
        return switch (this) {
            case StartSession _ -> START_SESSION;
            case ReconnectSession _ -> RECONNECT_SESSION;
            case DeleteSession _ -> DELETE_SESSION;
            case RequestPairingCode _ -> REQUEST_PAIRING_CODE;
            case AnswerPasskey _ -> ANSWER_PASSKEY;
            case SendText _ -> SEND_TEXT;
            case SendMedia _ -> SEND_MEDIA;
            case CheckNumbers _ -> CHECK_NUMBERS;
            case FetchMedia _ -> FETCH_MEDIA;
        };
    }

    /** The names of all commands on the wire. */
    static List<String> wireNames() {
        return Stream.of(Command.class.getAnnotation(JsonSubTypes.class).value())
                .map(JsonSubTypes.Type::name)
                .toList();
    }

    /** Connects a session that was just created; harmless for one that is connected already. */
    record StartSession() implements Control {}

    /** Unlinks the device if WhatsApp can be reached, drops the credentials and pairs anew. */
    record ReconnectSession() implements Control {}

    /** Unlinks the device if WhatsApp can be reached and removes every key of the session. */
    record DeleteSession() implements Control {}

    /**
     * Asks WhatsApp for a code that the phone's owner types in to link the session; one that is not being linked begins to.
     *
     * @param phoneNumber of the phone, digits only
     */
    record RequestPairingCode(String phoneNumber) implements Control {}

    /**
     * Goes on with a linking for which WhatsApp wants the account's passkey.
     *
     * @param assertion {@code AuthenticationResponseJSON} as a browser makes it
     */
    record AnswerPasskey(String assertion) implements Control {}

    /** Puts a message on a phone; the command id is the WhatsApp message id. */
    sealed interface Send extends Work {
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
    record CheckNumbers(List<String> phoneNumbers) implements Work {
        public CheckNumbers {
            phoneNumbers = List.copyOf(phoneNumbers);
        }
    }

    /**
     * Fetches a received file into the media store. Needs no connection of the session, and runs beside its work, several at
     * once: a file may take minutes.
     *
     * @param mediaId as the message's event names it
     */
    record FetchMedia(String mediaId) implements Command {}
}
