package dev.merpati.model;

import com.fasterxml.jackson.annotation.JsonSetter;
import com.fasterxml.jackson.annotation.Nulls;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.core.exc.StreamReadException;
import tools.jackson.databind.DeserializationFeature;
import tools.jackson.databind.cfg.EnumFeature;
import tools.jackson.databind.exc.InvalidFormatException;
import tools.jackson.databind.exc.InvalidNullException;
import tools.jackson.databind.exc.InvalidTypeIdException;
import tools.jackson.databind.exc.MismatchedInputException;
import tools.jackson.databind.json.JsonMapper;

/** The one JSON mapper behind every codec of the contract. */
public final class Json {
    /**
     * Rejects a record with a component that is null or missing, because that would surface far from its cause, except
     * those marked {@code @JsonSetter}. Ignores unknown components: a newer release may have added them; an
     * enum's unknown name becomes its default where it has one.
     */
    public static final JsonMapper MAPPER = JsonMapper.builder()
            .disable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES)
            .enable(DeserializationFeature.FAIL_ON_NULL_FOR_PRIMITIVES)
            .enable(EnumFeature.READ_UNKNOWN_ENUM_VALUES_USING_DEFAULT_VALUE)
            .changeDefaultNullHandling(defaults -> JsonSetter.Value.forValueNulls(Nulls.FAIL, Nulls.FAIL))
            .build();

    /** Names of ours look like this; a phone number that is a key does not. */
    private static final Pattern COMPONENT = Pattern.compile("[a-z][A-Za-z]{0,39}");

    private static final Pattern TYPE = Pattern.compile("[a-z][a-z-]{0,39}");

    private Json() {}

    /**
     * Says what is wrong with a text, and where, without quoting any of it, as Jackson's own messages do: it may hold
     * message texts and phone numbers.
     */
    public static String describe(JacksonException failure) {
        String what = switch (failure) {
            case StreamReadException _ -> "not valid JSON";
            case InvalidTypeIdException type -> "a type that this release does not know" + named(type.getTypeId());
            case InvalidNullException _ -> "a value that is null or missing";
            case InvalidFormatException format ->
                "a value that is no " + format.getTargetType().getSimpleName();
            case MismatchedInputException _ -> "a value of the wrong JSON type, or a missing one";
            default -> failure.getClass().getSimpleName();
        };
        String path = failure.getPath().stream().map(Json::step).collect(Collectors.joining());
        return path.isEmpty() ? what : what + ", at " + path;
    }

    private static String named(@Nullable String type) {
        return type != null && TYPE.matcher(type).matches() ? " ('" + type + "')" : "";
    }

    private static String step(JacksonException.Reference step) {
        String name = step.getPropertyName();
        if (name == null) {
            return "[" + step.getIndex() + "]";
        }
        return COMPONENT.matcher(name).matches() ? "." + name : ".?";
    }
}
