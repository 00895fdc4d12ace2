package dev.merpati.gateway.number;

import dev.merpati.gateway.error.ApiException;
import dev.merpati.gateway.error.Errors;
import dev.merpati.model.number.MalformedPhoneNumberException;
import dev.merpati.model.number.PhoneNumber;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A request to check numbers that can be carried out.
 *
 * @param numbers in the request's order, duplicates included
 */
record NumberCheck(String sessionId, List<Entry> numbers) {
    private static final int MAX_NUMBERS = 100;
    private static final String ARRAY = "phoneNumbers";

    /** @param spelling as the request has it; {@code digits} as WhatsApp knows it */
    record Entry(String spelling, String digits) {}

    /** An error of 400 when a field is missing or a number is none. */
    static NumberCheck of(NumberCheckRequest request) {
        String sessionId = request.sessionId();
        List<@Nullable String> elements = request.phoneNumbers();
        if (sessionId == null || sessionId.isBlank() || elements == null || elements.isEmpty()) {
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
        return new NumberCheck(sessionId, numbers);
    }

    private static Entry entry(@Nullable String spelling, int index) {
        if (spelling == null) {
            throw invalid(index, "null", PhoneNumber.ALLOWED);
        }
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
