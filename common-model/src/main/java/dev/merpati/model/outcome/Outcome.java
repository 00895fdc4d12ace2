package dev.merpati.model.outcome;

import com.fasterxml.jackson.annotation.JsonSetter;
import com.fasterxml.jackson.annotation.JsonSubTypes;
import com.fasterxml.jackson.annotation.JsonTypeInfo;
import com.fasterxml.jackson.annotation.Nulls;
import dev.merpati.model.number.NumberStatus;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** How a command ended. Written once, then final. */
@JsonTypeInfo(use = JsonTypeInfo.Id.NAME, property = "type")
@JsonSubTypes({
    @JsonSubTypes.Type(value = Outcome.MessageSent.class, name = "message-sent"),
    @JsonSubTypes.Type(value = Outcome.NumbersChecked.class, name = "numbers-checked"),
    @JsonSubTypes.Type(value = Outcome.SessionChanged.class, name = "session-changed"),
    @JsonSubTypes.Type(value = Outcome.Failed.class, name = "failed")
})
public sealed interface Outcome {

    /** WhatsApp's server acknowledged the message. */
    record MessageSent() implements Outcome {}

    /** What WhatsApp said of each number of the command; every number of the command is a key. */
    record NumbersChecked(Map<String, NumberStatus> statuses) implements Outcome {
        public NumbersChecked {
            statuses = Map.copyOf(statuses);
        }
    }

    /** A session was started, reconnected or deleted as asked. */
    record SessionChanged() implements Outcome {}

    /**
     * The command did not do what it was for.
     *
     * @param reason WhatsApp's own numeric code where it gave one
     * @param detail for a person who reads a log; holds no phone number and no message text
     */
    record Failed(
            FailureCode code,
            @JsonSetter(nulls = Nulls.SET) @Nullable Integer reason,
            String detail) implements Outcome {
        public static Failed of(FailureCode code, String detail) {
            return new Failed(code, null, detail);
        }
    }
}
