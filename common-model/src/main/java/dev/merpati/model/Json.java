package dev.merpati.model;

import tools.jackson.databind.DeserializationFeature;
import tools.jackson.databind.json.JsonMapper;

/** The one JSON mapper behind every codec of the contract. */
public final class Json {
    /**
     * Refuses a record whose component is missing, since a null would surface far from its cause, and ignores
     * unknown ones, since a newer release may have added them.
     */
    public static final JsonMapper MAPPER = JsonMapper.builder()
            .disable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES)
            .enable(DeserializationFeature.FAIL_ON_NULL_FOR_PRIMITIVES)
            .build();

    private Json() {}
}
