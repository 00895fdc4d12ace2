package dev.merpati.deployment;

import dev.merpati.media.MediaStoreSettings;
import jakarta.validation.constraints.AssertTrue;
import jakarta.validation.constraints.Max;
import jakarta.validation.constraints.Min;
import jakarta.validation.constraints.NotBlank;
import jakarta.validation.constraints.Pattern;
import jakarta.validation.constraints.Size;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.reflect.AnnotatedElement;
import java.lang.reflect.AnnotatedParameterizedType;
import java.lang.reflect.Method;
import java.lang.reflect.ParameterizedType;
import java.lang.reflect.RecordComponent;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.TreeMap;
import java.util.regex.MatchResult;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.hibernate.validator.constraints.time.DurationMax;
import org.hibernate.validator.constraints.time.DurationMin;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;

/**
 * Every setting of a program: names, types and ranges from its configuration records, meanings from their Javadoc, defaults
 * from the records or, where it has them, the program's YAML file.
 */
final class SettingsReference {
    static final Path REPOSITORY = Path.of("..").toAbsolutePath().normalize();

    private static final java.util.regex.Pattern ANNOTATED =
            java.util.regex.Pattern.compile("@ConfigurationProperties\\(");
    private static final java.util.regex.Pattern TAG =
            java.util.regex.Pattern.compile("(?m)^\\s*@|(?<=\\s)@(?=param )");
    private static final java.util.regex.Pattern REFUSAL = java.util.regex.Pattern.compile(
            "\"(merpati\\.[a-z.-]+) (?:is|has) [^;]*?\\ballowed (?:is|are) ([^\"]+)\"", java.util.regex.Pattern.DOTALL);

    private final Map<String, String> yaml;
    private final Map<String, Setting> settings = new TreeMap<>();

    /**
     * One setting.
     *
     * @param initial its default; empty if there is none
     * @param range what is allowed; empty if every value of the type is
     */
    record Setting(String name, String initial, String range, String meaning) {
        /** The environment variable that sets it. */
        String variable() {
            return name.replace("-", "").replace('.', '_').toUpperCase(Locale.ROOT);
        }
    }

    private SettingsReference(String module, Path yaml) {
        this.yaml = YamlFile.flat(yaml);
        Path sources = REPOSITORY.resolve(module).resolve("src/main/java");
        try (Stream<Path> files = Files.walk(sources)) {
            for (Path file : files.filter(file -> file.toString().endsWith(".java"))
                    .sorted()
                    .toList()) {
                if (ANNOTATED.matcher(Files.readString(file)).find()) {
                    String name = sources.relativize(file).toString().replace('/', '.');
                    addAnnotated(Class.forName(name.substring(0, name.length() - ".java".length())));
                }
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (ClassNotFoundException e) {
            throw new IllegalStateException(e);
        }
    }

    /** Bound by hand, since the media store knows nothing of Spring. */
    private SettingsReference withMediaStore() {
        add("merpati.media", MediaStoreSettings.class);
        return this;
    }

    static Map<String, Setting> gateway() {
        return new SettingsReference("api-gateway", REPOSITORY.resolve("api-gateway/src/main/resources/gateway.yaml"))
                .withMediaStore()
                .settings;
    }

    static Map<String, Setting> worker() {
        return new SettingsReference(
                        "session-worker", REPOSITORY.resolve("session-worker/src/main/resources/worker.yaml"))
                .withMediaStore()
                .settings;
    }

    static Map<String, Setting> dispatcher() {
        return new SettingsReference(
                        "event-dispatcher", REPOSITORY.resolve("event-dispatcher/src/main/resources/dispatcher.yaml"))
                .settings;
    }

    private void addAnnotated(Class<?> type) {
        ConfigurationProperties properties = type.getAnnotation(ConfigurationProperties.class);
        if (properties != null && type.isRecord()) {
            add(properties.value(), type);
        }
        Arrays.stream(type.getDeclaredClasses()).forEach(this::addAnnotated);
    }

    private void add(String prefix, Class<?> type) {
        String source = source(type);
        for (RecordComponent component : type.getRecordComponents()) {
            String name = prefix + "." + kebab(component.getName());
            if (component.getType().isRecord()) {
                add(name, component.getType());
            } else if (valueType(component) instanceof Class<?> value && value.isRecord()) {
                add(name + ".<" + singular(component.getName()) + ">", value);
            } else {
                String key = Map.class.isAssignableFrom(component.getType())
                        ? name + ".<" + singular(component.getName()) + ">"
                        : name;
                settings.put(
                        key,
                        new Setting(
                                key,
                                initial(name, type, component),
                                range(name, type, component, source),
                                meaning(type, component, source)));
            }
        }
    }

    private static @Nullable Object valueType(RecordComponent component) {
        return Map.class.isAssignableFrom(component.getType())
                ? ((ParameterizedType) component.getGenericType()).getActualTypeArguments()[1]
                : null;
    }

    private String initial(String name, Class<?> type, RecordComponent component) {
        String configured = yaml.get(name);
        if (configured != null) {
            return switch (configured) {
                case "${random.uuid}" -> "random";
                case "${HOSTNAME:worker}", "${HOSTNAME:dispatcher}" -> "the host's name";
                default -> configured.startsWith("${merpati.") ? configured.replaceAll("[${}:]", "") : configured;
            };
        }
        DefaultValue value = parameter(type, component).getAnnotation(DefaultValue.class);
        if (value != null) {
            return String.join(",", value.value());
        }
        return ofMediaStore(type, component);
    }

    /** The constructors of the media store's records put defaults in the place of null. */
    private static String ofMediaStore(Class<?> type, RecordComponent component) {
        MediaStoreSettings defaults = new MediaStoreSettings(null, null, null);
        for (Object settings : List.of(defaults, defaults.s3())) {
            if (settings.getClass() == type) {
                try {
                    Object value = component.getAccessor().invoke(settings);
                    return value instanceof Duration duration ? text(duration) : Objects.toString(value, "");
                } catch (ReflectiveOperationException e) {
                    throw new IllegalStateException(e);
                }
            }
        }
        return "";
    }

    private static String range(String name, Class<?> type, RecordComponent component, String source) {
        List<String> parts = new ArrayList<>();
        AnnotatedElement element = parameter(type, component);
        limits(parts, element);
        if (parameter(type, component) instanceof java.lang.reflect.Parameter parameter
                && parameter.getAnnotatedType() instanceof AnnotatedParameterizedType generic) {
            var arguments = generic.getAnnotatedActualTypeArguments();
            limits(parts, arguments[arguments.length - 1]);
        }
        if (component.getType().isEnum()) {
            parts.add(Arrays.stream(component.getType().getEnumConstants())
                    .map(constant -> "`" + constant.toString().toLowerCase(Locale.ROOT) + "`")
                    .collect(Collectors.joining(", ")));
        }
        for (Method method : type.getDeclaredMethods()) {
            AssertTrue check = method.getAnnotation(AssertTrue.class);
            if (check != null && check.message().startsWith(name + " must ")) {
                parts.add(check.message()
                        .substring(name.length() + " must ".length())
                        .replaceFirst("^be ", ""));
            }
        }
        REFUSAL.matcher(source.replaceAll("\"\\s*\\+\\s*\"", ""))
                .results()
                .filter(refusal -> refusal.group(1).equals(name))
                .map((MatchResult refusal) -> refusal.group(2).replaceFirst("(, which is|:) $", ""))
                .forEach(parts::add);
        return String.join("; ", parts).replace("<", "\\<");
    }

    private static void limits(List<String> parts, AnnotatedElement element) {
        Min min = element.getAnnotation(Min.class);
        Max max = element.getAnnotation(Max.class);
        if (min != null) {
            parts.add(max == null ? min.value() + " or more" : min.value() + " to " + max.value());
        }
        DurationMin shortest = element.getAnnotation(DurationMin.class);
        DurationMax longest = element.getAnnotation(DurationMax.class);
        if (shortest != null) {
            Duration from = Duration.ofDays(shortest.days())
                    .plusHours(shortest.hours())
                    .plusMinutes(shortest.minutes())
                    .plusSeconds(shortest.seconds())
                    .plusMillis(shortest.millis());
            String to = longest == null
                    ? " or more"
                    : " to "
                            + text(Duration.ofDays(longest.days())
                                    .plusHours(longest.hours())
                                    .plusMinutes(longest.minutes())
                                    .plusSeconds(longest.seconds())
                                    .plusMillis(longest.millis()));
            parts.add(text(from) + to);
        }
        Size size = element.getAnnotation(Size.class);
        if (size != null) {
            parts.add(
                    size.max() == Integer.MAX_VALUE
                            ? size.min() + " characters or more"
                            : size.min() + " to " + size.max() + " characters");
        }
        Pattern pattern = element.getAnnotation(Pattern.class);
        if (pattern != null) {
            parts.add(
                    pattern.message().startsWith("must ")
                            ? pattern.message().replaceFirst("^must (be )?", "")
                            : "`" + pattern.regexp().replace("|", "\\|") + "`");
        }
        if (element.getAnnotation(NotBlank.class) != null) {
            parts.add("not blank");
        }
    }

    private static String text(Duration duration) {
        if (duration.isZero()) {
            return "0s";
        }
        if (duration.toMillisPart() > 0) {
            return duration.toMillis() + "ms";
        }
        if (duration.toSecondsPart() > 0) {
            return duration.toSeconds() + "s";
        }
        if (duration.toMinutesPart() > 0) {
            return duration.toMinutes() + "m";
        }
        return duration.toHoursPart() > 0 || duration.toDays() < 2 ? duration.toHours() + "h" : duration.toDays() + "d";
    }

    private static AnnotatedElement parameter(Class<?> type, RecordComponent component) {
        RecordComponent[] components = type.getRecordComponents();
        Class<?>[] types =
                Arrays.stream(components).map(RecordComponent::getType).toArray(Class<?>[]::new);
        try {
            var parameters = type.getDeclaredConstructor(types).getParameters();
            int index = Arrays.stream(components)
                    .map(RecordComponent::getName)
                    .toList()
                    .indexOf(component.getName());
            return parameters[index];
        } catch (NoSuchMethodException e) {
            throw new IllegalStateException(e);
        }
    }

    /** What the Javadoc of the record says about a component. */
    private static String meaning(Class<?> type, RecordComponent component, String source) {
        int declaration = source.indexOf("record " + type.getSimpleName() + "(");
        int end = source.lastIndexOf("*/", declaration);
        int begin = source.lastIndexOf("/**", end);
        String comment = source.substring(begin + 3, end).replaceAll("\n\\s*\\*", "\n");
        for (String tag : TAG.splitAsStream(comment).toList()) {
            if (tag.startsWith("param " + component.getName() + " ")
                    || tag.startsWith("param " + component.getName() + "\n")) {
                String text = tag.substring(("param " + component.getName()).length())
                        .replaceAll("\\{@code\\s+([^}]*)}", "`$1`")
                        .replaceAll("\\{@link\\s+(?:[a-z]+\\.)*([^}]*)}", "`$1`")
                        .replaceAll("\\{@value[^}]*}", "`default`")
                        .replaceAll("\\s+", " ")
                        .strip();
                return java.util.regex.Pattern.compile("`([a-z]+(?:[A-Z][a-z]+)+)`")
                        .matcher(text.replace("|", "\\|"))
                        .replaceAll(name -> "`" + kebab(name.group(1)) + "`");
            }
        }
        throw new IllegalStateException(
                type.getName() + " does not say in its Javadoc what " + component.getName() + " is");
    }

    private static String source(Class<?> type) {
        Class<?> outermost = type;
        while (outermost.getEnclosingClass() != null) {
            outermost = outermost.getEnclosingClass();
        }
        Path file = Path.of("src/main/java", outermost.getName().replace('.', '/') + ".java");
        Optional<Path> source = Stream.of(
                        "api-gateway", "session-worker", "event-dispatcher", "media-store", "common-model")
                .map(module -> REPOSITORY.resolve(module).resolve(file))
                .filter(Files::exists)
                .findFirst();
        try {
            return Files.readString(source.orElseThrow());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static String kebab(String name) {
        return name.replaceAll("([A-Z])", "-$1").toLowerCase(Locale.ROOT);
    }

    private static String singular(String name) {
        return kebab(name).replaceFirst("s$", "").replaceFirst(".*-", "");
    }
}
