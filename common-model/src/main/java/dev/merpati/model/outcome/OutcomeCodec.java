package dev.merpati.model.outcome;

import dev.merpati.model.Json;
import tools.jackson.core.JacksonException;

/** Encodes outcomes as they are stored in Redis: JSON text. Thread-safe. */
public final class OutcomeCodec {
    private OutcomeCodec() {}

    public static String encode(Outcome outcome) {
        return Json.MAPPER.writeValueAsString(outcome);
    }

    /**
     * Reads an outcome.
     *
     * @throws IllegalArgumentException when the text is no outcome that this release knows; quotes nothing of it
     */
    public static Outcome decode(String json) {
        Outcome outcome;
        try {
            outcome = Json.MAPPER.readValue(json, Outcome.class);
        } catch (JacksonException e) {
            throw new IllegalArgumentException("no outcome of this release: " + Json.describe(e));
        }
        if (outcome == null) {
            throw new IllegalArgumentException("no outcome of this release: the JSON literal null");
        }
        return outcome;
    }
}
