package dev.merpati.simulator.control;

import java.util.Map;
import java.util.Optional;

/**
 * One call.
 *
 * @param parameters the parts of the path that its route names
 * @param query the parameters after the path, the last value of each
 * @param contentType of the body; empty if the caller did not say
 */
@SuppressWarnings("ArrayRecordComponent") // never compared
record Request(Map<String, String> parameters, Map<String, String> query, String contentType, byte[] body) {
    private static final String NUMBER = "[0-9]{5,15}";

    String parameter(String name) {
        String value = parameters.get(name);
        if (value == null) {
            throw new IllegalArgumentException("The route has no parameter " + name);
        }
        return value;
    }

    /** A part of the query, if it is there. */
    Optional<String> query(String name) {
        return Optional.ofNullable(query.get(name));
    }

    /** The number in the path. */
    String number() {
        return number("number", parameter("number"));
    }

    static String number(String field, String text) {
        if (!text.matches(NUMBER)) {
            throw ApiException.invalid(field, text, "5 to 15 digits");
        }
        return text;
    }

    Json json() {
        return Json.read(body);
    }
}
