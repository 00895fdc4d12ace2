package dev.merpati.worker.event;

import dev.merpati.model.command.Command;
import dev.merpati.model.command.CommandEnvelope;
import dev.merpati.model.event.Event;
import dev.merpati.model.event.EventData;
import dev.merpati.model.outcome.FailureCode;
import dev.merpati.model.outcome.FailureWords;
import dev.merpati.model.outcome.Outcome;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/** Makes events of how messages ended that were sent through the API. */
public final class OutcomeEvents {
    private static final String SENT = "sent";
    private static final String FAILED = "failed";

    private OutcomeEvents() {}

    /**
     * Returns the event; null for a command that is no message, and for a message that its gateway took back: its sender was
     * told then that it was never accepted, and may send it again under the same id.
     */
    public static @Nullable Event of(CommandEnvelope envelope, Outcome outcome, Instant at) {
        if (!(envelope.command() instanceof Command.Send send)) {
            return null;
        }
        return switch (outcome) {
            case Outcome.MessageSent(String whatsappNumber, String _) ->
                event(envelope, at, SENT, whatsappNumber == null ? send.to() : whatsappNumber, null);
            case Outcome.Failed failed when failed.code() == FailureCode.WITHDRAWN -> null;
            case Outcome.Failed failed -> {
                FailureWords words = FailureWords.of(failed);
                yield event(
                        envelope,
                        at,
                        FAILED,
                        send.to(),
                        new EventData.Failure(words.code(), words.message(), failed.reason()));
            }
            // Found in the record: only a newer release knows what it was, and tells it.
            case Outcome.Unrecognized _ -> null;
            case Outcome.NumbersChecked _,
                    Outcome.SessionChanged _,
                    Outcome.PairingCode _,
                    Outcome.MediaFetched _,
                    Outcome.MediaRequested _ -> null;
        };
    }

    private static Event event(
            CommandEnvelope envelope,
            Instant at,
            String status,
            String recipient,
            EventData.@Nullable Failure failure) {
        EventData data = new EventData.MessageStatus(envelope.commandId(), status, recipient, failure);
        String key = EventNames.key(data.type(), envelope.sessionId(), envelope.commandId(), status);
        return Event.of(key, envelope.tenantId(), envelope.sessionId(), at, data);
    }
}
