package dev.merpati.worker.settings;

import jakarta.validation.constraints.AssertTrue;
import java.util.Base64;
import java.util.Map;
import org.springframework.boot.context.properties.bind.DefaultValue;

/**
 * The keys that WhatsApp credentials are encrypted with. There is no default, since a key that is in the source is none.
 *
 * @param activeKey the id of the key to encrypt with; 1 to 32 letters, digits, dashes or underscores
 * @param keys key id to 32 random bytes in Base64; keep an old key until everything was written again under a new one
 */
public record CredentialsSettings(
        @DefaultValue("") String activeKey, @DefaultValue Map<String, String> keys) {
    private static final int KEY_BYTES = 32;

    public CredentialsSettings {
        keys = Map.copyOf(keys);
    }

    @AssertTrue(message = "merpati.credentials.active-key must name one of merpati.credentials.keys.<id>")
    boolean isActiveKeyThere() {
        return keys.containsKey(activeKey);
    }

    @AssertTrue(
            message = "merpati.credentials.keys.<id> must have ids of 1 to 32 letters, digits, dashes or underscores,"
                    + " and values of 32 bytes in Base64 (openssl rand -base64 32)")
    boolean isEveryKeySound() {
        return keys.entrySet().stream()
                .allMatch(key -> key.getKey().matches("[A-Za-z0-9_-]{1,32}") && isKey(key.getValue()));
    }

    private static boolean isKey(String base64) {
        try {
            return Base64.getDecoder().decode(base64).length == KEY_BYTES;
        } catch (IllegalArgumentException e) {
            return false;
        }
    }

    /** Leaves the keys out. */
    @Override
    public String toString() {
        return "CredentialsSettings[activeKey=" + activeKey + ", keys=" + keys.keySet() + "]";
    }
}
