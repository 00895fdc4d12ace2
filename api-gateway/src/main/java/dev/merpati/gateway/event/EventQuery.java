package dev.merpati.gateway.event;

import dev.merpati.gateway.error.Errors;
import dev.merpati.model.event.EventId;
import dev.merpati.model.event.EventType;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
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
    private static final int LONGEST_FOUND = 40;

    /** How far the clocks of Redis and of this gateway may be apart. */
    private static final Duration CLOCK_DIFFERENCE = Duration.ofMinutes(5);

    /** {@link Integer#parseInt} takes the digits of every script, and signs. */
    private static final Pattern DIGITS = Pattern.compile("[0-9]{1,9}");

    /** The names of the types that streams have. */
    static final List<String> TYPES = Arrays.stream(EventType.values())
            .filter(type -> type != EventType.PING)
            .map(EventType::wireName)
            .toList();

    static EventQuery of(MultiValueMap<String, String> query, Instant now) {
        return new EventQuery(
                idOf("after", query.getFirst("after"), now),
                numberOf("limit", query.getFirst("limit"), 1, MAX_LIMIT, DEFAULT_LIMIT),
                typesOf(query.get("types")),
                emptyToNull(query.getFirst("sessionId")),
                Duration.ofSeconds(numberOf("wait", query.getFirst("wait"), 0, MAX_WAIT_SECONDS, 0)));
    }

    /** Reads the id of an event; null when there is none. An error of 400 when it cannot be the id of one that was stored. */
    static @Nullable EventId idOf(String field, @Nullable String text, Instant now) {
        if (text == null || text.isEmpty()) {
            return null;
        }
        try {
            EventId id = EventId.parse(text);
            if (id.millis() <= now.plus(CLOCK_DIFFERENCE).toEpochMilli()) {
                return id;
            }
        } catch (IllegalArgumentException e) {
            // Answered below.
        }
        throw Errors.invalidField(field, quoted(text), "the id of an event, such as 1795820000123-000004")
                .exception();
    }

    /** Reads names of types, several in one parameter or in several. An error of 400 when one is not known. */
    private static Set<String> typesOf(@Nullable List<String> parameters) {
        if (parameters == null) {
            return Set.of();
        }
        return parameters.stream()
                .filter(Objects::nonNull) // A parameter without a value.
                .flatMap(each -> Arrays.stream(each.split(",")))
                .map(String::strip)
                .filter(name -> !name.isEmpty())
                .map(name -> {
                    if (!TYPES.contains(name)) {
                        throw Errors.invalidField("types", quoted(name), "one of " + String.join(", ", TYPES))
                                .exception();
                    }
                    return name;
                })
                .collect(Collectors.toCollection(LinkedHashSet::new));
    }

    private static int numberOf(String field, @Nullable String text, int least, int most, int otherwise) {
        if (text == null) {
            return otherwise;
        }
        int number = DIGITS.matcher(text).matches() ? Integer.parseInt(text) : -1;
        if (number >= least && number <= most) {
            return number;
        }
        throw Errors.invalidField(field, quoted(text), "a whole number from " + least + " to " + most)
                .exception();
    }

    private static @Nullable String emptyToNull(@Nullable String text) {
        return text == null || text.isEmpty() ? null : text;
    }

    private static String quoted(String text) {
        return "'" + (text.length() <= LONGEST_FOUND ? text : text.substring(0, LONGEST_FOUND) + "…") + "'";
    }
}
