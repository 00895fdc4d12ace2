package dev.merpati.model.outcome;

import dev.merpati.model.Json;

/** Encodes outcomes as they are stored in Redis: JSON text. Thread-safe. */
public final class OutcomeCodec {
    private OutcomeCodec() {}

    public static String encode(Outcome outcome) {
        return Json.MAPPER.writeValueAsString(outcome);
    }

    public static Outcome decode(String json) {
        return Json.MAPPER.readValue(json, Outcome.class);
    }
}
