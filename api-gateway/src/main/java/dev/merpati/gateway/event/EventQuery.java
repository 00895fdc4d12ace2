package dev.merpati.gateway.event;

import dev.merpati.gateway.error.Errors;
import dev.merpati.model.event.EventId;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.springframework.util.MultiValueMap;

/**
 * What a request for events asks for.
 *
 * @param after null when the request does not say
 * @param types empty for all
 * @param sessionId not checked yet; null for all sessions
 * @param patience how long to wait for an event when there is none
 */
record EventQuery(
        @Nullable EventId after,
        int limit,
        Set<String> types,
        @Nullable String sessionId,
        Duration patience) {
    private static final int DEFAULT_LIMIT = 100;
    private static final int MAX_LIMIT = 500;
    private static final int MAX_WAIT_SECONDS = 30;

    /** {@link Integer#parseInt} takes the digits of every script, and signs. */
    private static final Pattern DIGITS = Pattern.compile("[0-9]{1,9}");

    static EventQuery of(MultiValueMap<String, String> query, Instant now) {
        return new EventQuery(
                afterOf(query.getFirst("after"), now),
                numberOf("limit", query.getFirst("limit"), 1, MAX_LIMIT, DEFAULT_LIMIT),
                typesOf(query.get("types")),
                emptyToNull(query.getFirst("sessionId")),
                Duration.ofSeconds(numberOf("wait", query.getFirst("wait"), 0, MAX_WAIT_SECONDS, 0)));
    }

    boolean waits() {
        return !patience.isZero();
    }

    private static @Nullable EventId afterOf(@Nullable String text, Instant now) {
        return text == null || text.isEmpty() ? null : EventPositions.id("after", text, now);
    }

    /** Reads names of types, several in one parameter or in several. */
    private static Set<String> typesOf(@Nullable List<String> parameters) {
        if (parameters == null) {
            return Set.of();
        }
        return new LinkedHashSet<>(EventTypes.checked(
                "types",
                parameters.stream()
                        .filter(Objects::nonNull) // A parameter without a value.
                        .flatMap(each -> Arrays.stream(each.split(",")))
                        .map(String::strip)
                        .filter(name -> !name.isEmpty())
                        .toList()));
    }

    private static int numberOf(String field, @Nullable String text, int least, int most, int otherwise) {
        if (text == null) {
            return otherwise;
        }
        int number = DIGITS.matcher(text).matches() ? Integer.parseInt(text) : -1;
        if (number >= least && number <= most) {
            return number;
        }
        throw Errors.invalidField(field, EventTypes.quoted(text), "a whole number from " + least + " to " + most)
                .exception();
    }

    private static @Nullable String emptyToNull(@Nullable String text) {
        return text == null || text.isEmpty() ? null : text;
    }
}
