package dev.merpati.deployment;

import dev.merpati.deployment.SettingsReference.Setting;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import java.util.regex.Pattern;
import org.springframework.boot.context.properties.bind.Binder;
import org.springframework.boot.context.properties.source.ConfigurationPropertySource;
import org.springframework.boot.data.redis.autoconfigure.DataRedisProperties;
import org.springframework.boot.kafka.autoconfigure.KafkaProperties;
import org.springframework.core.env.SystemEnvironmentPropertySource;

/** Tells whether an environment variable sets anything. */
final class EnvironmentVariables {
    static final Collection<Setting> GATEWAY = SettingsReference.gateway().values();
    static final Collection<Setting> WORKER = SettingsReference.worker().values();
    static final Collection<Setting> DISPATCHER = SettingsReference.dispatcher().values();
    static final Collection<Setting> ALL;
    /** Of gateways and workers. */
    static final Collection<Setting> BOTH;

    /** Read by Spring Boot or the JVM themselves. */
    private static final List<String> OTHERS =
            List.of("SPRING_CONFIG_ADDITIONALLOCATION", "JDK_JAVA_OPTIONS", "SERVER_PORT", "MANAGEMENT_SERVER_PORT");

    static {
        Map<String, Setting> both = new TreeMap<>(SettingsReference.gateway());
        both.keySet().retainAll(SettingsReference.worker().keySet());
        BOTH = both.values();
        Map<String, Setting> all = new TreeMap<>(both);
        all.keySet().retainAll(SettingsReference.dispatcher().keySet());
        ALL = all.values();
    }

    private EnvironmentVariables() {}

    /** Returns the variables that neither these settings nor Spring Boot's know. */
    static List<String> unknown(Collection<Setting> settings, Map<String, String> environment) {
        return environment.entrySet().stream()
                .filter(variable -> !OTHERS.contains(variable.getKey()))
                .filter(variable -> settings.stream().noneMatch(setting -> isOf(setting, variable.getKey())))
                .filter(variable -> !isSpring(variable.getKey(), variable.getValue()))
                .map(Map.Entry::getKey)
                .toList();
    }

    static boolean isProperty(Collection<Setting> settings, String property) {
        return settings.stream()
                .anyMatch(setting ->
                        matcher(setting.name(), "[^.]+").matcher(property).matches());
    }

    private static boolean isOf(Setting setting, String variable) {
        // Spring also takes an underscore for a dash.
        return matcher(setting.variable(), "[A-Z0-9]+").matcher(variable).matches()
                || variable.equals(
                        setting.name().replace('-', '_').replace('.', '_').toUpperCase(java.util.Locale.ROOT));
    }

    private static Pattern matcher(String name, String placeholder) {
        StringBuilder pattern = new StringBuilder();
        for (String part : name.split("<[A-Za-z]+>", -1)) {
            pattern.append(pattern.isEmpty() ? "" : placeholder).append(Pattern.quote(part));
        }
        return Pattern.compile(pattern.toString());
    }

    /** Binds it as Spring Boot would, and looks whether anything came of it. */
    private static boolean isSpring(String variable, String value) {
        SystemEnvironmentPropertySource source = new SystemEnvironmentPropertySource(
                "systemEnvironment", Map.of(variable, value.isEmpty() ? "1" : value));
        Binder binder = new Binder(Objects.requireNonNull(ConfigurationPropertySource.from(source)));
        return binder.bind("spring.kafka", KafkaProperties.class).isBound()
                || binder.bind("spring.data.redis", DataRedisProperties.class).isBound();
    }
}
