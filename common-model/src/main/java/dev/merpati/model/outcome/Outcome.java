package dev.merpati.model.outcome;

import com.fasterxml.jackson.annotation.JsonSetter;
import com.fasterxml.jackson.annotation.JsonSubTypes;
import com.fasterxml.jackson.annotation.JsonTypeInfo;
import com.fasterxml.jackson.annotation.Nulls;
import dev.merpati.model.number.NumberStatus;
import java.time.Instant;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** How a command ended. Written once, then final. */
@JsonTypeInfo(use = JsonTypeInfo.Id.NAME, property = "type", defaultImpl = Outcome.Unrecognized.class)
@JsonSubTypes({
    @JsonSubTypes.Type(value = Outcome.MessageSent.class, name = "message-sent"),
    @JsonSubTypes.Type(value = Outcome.NumbersChecked.class, name = "numbers-checked"),
    @JsonSubTypes.Type(value = Outcome.SessionChanged.class, name = "session-changed"),
    @JsonSubTypes.Type(value = Outcome.PairingCode.class, name = "pairing-code"),
    @JsonSubTypes.Type(value = Outcome.MediaFetched.class, name = "media-fetched"),
    @JsonSubTypes.Type(value = Outcome.MediaRequested.class, name = "media-requested"),
    @JsonSubTypes.Type(value = Outcome.Failed.class, name = "failed"),
    @JsonSubTypes.Type(value = Outcome.Unrecognized.class, name = "unrecognized")
})
public sealed interface Outcome {

    /**
     * WhatsApp's server acknowledged the message.
     *
     * @param whatsappNumber the digits of the address that the message went to, which for some countries differ from
     *     those that are dialled; null when an older worker did not say
     * @param textMessageId the id of the message that carries the text of a file whose kind has no caption; null when
     *     there is no such message
     */
    record MessageSent(
            @JsonSetter(nulls = Nulls.SET) @Nullable String whatsappNumber,
            @JsonSetter(nulls = Nulls.SET) @Nullable String textMessageId)
            implements Outcome {}

    /**
     * What WhatsApp said of each number of the command.
     *
     * @param statuses every number of the command is a key
     * @param whatsappNumbers the digits of the address that WhatsApp names for a valid number; an older worker names none
     */
    record NumbersChecked(
            Map<String, NumberStatus> statuses,
            @JsonSetter(nulls = Nulls.AS_EMPTY) Map<String, String> whatsappNumbers) implements Outcome {
        public NumbersChecked {
            statuses = Map.copyOf(statuses);
            whatsappNumbers = Map.copyOf(whatsappNumbers);
        }
    }

    /** An outcome that only a newer release knows. It is final, and this release cannot tell more. */
    record Unrecognized() implements Outcome {}

    /**
     * WhatsApp takes a code from the owner of the phone.
     *
     * @param code eight characters, {@code ABCD-EFGH}
     * @param expiresAt when WhatsApp stops to accept it
     */
    record PairingCode(String code, Instant expiresAt) implements Outcome {
        /** Leaves the code out, since whoever has it and the phone can pair with the session. */
        @Override
        public String toString() {
            return "PairingCode[expiresAt=" + expiresAt + "]";
        }
    }

    /** A received file is in the media store. */
    record MediaFetched() implements Outcome {}

    /**
     * WhatsApp does not keep a received file any more; the account's phone was asked to upload it again, and has not answered
     * yet.
     */
    record MediaRequested() implements Outcome {}

    /** A session was started, reconnected or deleted as asked, or goes on being linked. */
    record SessionChanged() implements Outcome {}

    /**
     * The command did not do what it was for.
     *
     * @param reason WhatsApp's own numeric code where it gave one
     * @param detail for a person who reads a log; holds no phone number and no message text
     * @param until when what stands in the way ends, where that is known
     */
    record Failed(
            FailureCode code,
            @JsonSetter(nulls = Nulls.SET) @Nullable Integer reason,
            String detail,
            @JsonSetter(nulls = Nulls.SET) @Nullable Instant until)
            implements Outcome {
        public Failed(FailureCode code, @Nullable Integer reason, String detail) {
            this(code, reason, detail, null);
        }

        public static Failed of(FailureCode code, String detail) {
            return new Failed(code, null, detail);
        }
    }
}
