package dev.merpati.gateway.event;

import dev.merpati.gateway.error.Errors;
import dev.merpati.model.event.EventType;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The types of events that requests may name: those that streams have. */
public final class EventTypes {
    /** By their names. */
    public static final List<String> NAMES = Arrays.stream(EventType.values())
            .filter(type -> type != EventType.PING)
            .map(EventType::wireName)
            .toList();

    private static final int LONGEST_FOUND = 40;

    private EventTypes() {}

    /** Returns the names, each once; an error of 400 when one is not known. */
    public static List<String> checked(String field, List<? extends @Nullable String> names) {
        for (int i = 0; i < names.size(); i++) {
            String name = names.get(i);
            if (name == null || !NAMES.contains(name)) {
                throw Errors.invalidField(
                                field,
                                name == null ? "null" : quoted(name),
                                "one or more of " + String.join(", ", NAMES))
                        .with("index", i)
                        .exception();
            }
        }
        return names.stream().<String>map(String::valueOf).distinct().toList();
    }

    /** Shortens what a request says and puts it in quotes, for the error about it. */
    public static String quoted(String text) {
        return "'" + (text.length() <= LONGEST_FOUND ? text : text.substring(0, LONGEST_FOUND) + "…") + "'";
    }
}
