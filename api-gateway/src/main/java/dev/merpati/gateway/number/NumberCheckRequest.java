package dev.merpati.gateway.number;

import dev.merpati.gateway.error.ApiException;
import dev.merpati.gateway.error.Errors;
import dev.merpati.gateway.json.JsonFields;
import dev.merpati.model.number.MalformedPhoneNumberException;
import dev.merpati.model.number.PhoneNumber;
import java.util.ArrayList;
import java.util.List;
import tools.jackson.databind.JsonNode;

/**
 * The body of {@code POST /api/number-checker}.
 *
 * @param numbers in the request's order, duplicates included
 */
record NumberCheckRequest(String sessionId, List<Entry> numbers) {
    private static final int MAX_NUMBERS = 100;
    private static final String ARRAY = "phoneNumbers";

    /** @param spelling as the request has it; {@code digits} as WhatsApp knows it */
    record Entry(String spelling, String digits) {}

    static NumberCheckRequest of(JsonNode body) {
        JsonFields fields = JsonFields.of(body);
        String sessionId = fields.text("sessionId").orElse("");
        List<JsonNode> elements = fields.array(ARRAY).orElse(List.of());
        if (sessionId.isBlank() || elements.isEmpty()) {
            throw Errors.missingFields("Session ID and phone numbers are required")
                    .exception();
        }
        if (elements.size() > MAX_NUMBERS) {
            throw Errors.invalidField(
                            ARRAY,
                            "an array of " + elements.size(),
                            "an array of 1 to " + MAX_NUMBERS + " phone numbers")
                    .exception();
        }
        List<Entry> numbers = new ArrayList<>();
        for (int index = 0; index < elements.size(); index++) {
            numbers.add(entry(elements.get(index), index));
        }
        return new NumberCheckRequest(sessionId, numbers);
    }

    private static Entry entry(JsonNode element, int index) {
        if (!element.isString()) {
            throw invalid(index, JsonFields.nameOf(element), PhoneNumber.ALLOWED);
        }
        String spelling = element.stringValue();
        try {
            return new Entry(spelling, PhoneNumber.parse(spelling).digits());
        } catch (MalformedPhoneNumberException e) {
            throw invalid(index, e.found(), e.allowed());
        }
    }

    private static ApiException invalid(int index, String found, String allowed) {
        return Errors.invalidField(ARRAY + "[" + index + "]", found, allowed)
                .with("index", index)
                .exception();
    }
}
