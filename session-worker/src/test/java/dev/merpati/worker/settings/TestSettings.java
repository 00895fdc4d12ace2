package dev.merpati.worker.settings;

import java.util.Base64;
import java.util.HashMap;
import java.util.Map;
import org.springframework.boot.context.properties.bind.Binder;
import org.springframework.boot.context.properties.source.MapConfigurationPropertySource;

/** Settings without a Spring context: the defaults, and what a test wants otherwise. */
public final class TestSettings {
    private TestSettings() {}

    /** @param properties {@code name, value, name, value, …} */
    public static MerpatiSettings with(String... properties) {
        Map<String, String> all = new HashMap<>(Map.of(
                "merpati.credentials.active-key",
                "k1",
                "merpati.credentials.keys.k1",
                Base64.getEncoder().encodeToString(new byte[32])));
        for (int i = 0; i < properties.length; i += 2) {
            all.put(properties[i], properties[i + 1]);
        }
        return new Binder(new MapConfigurationPropertySource(all)).bindOrCreate("merpati", MerpatiSettings.class);
    }
}
