package dev.merpati.standalone;

import dev.merpati.gateway.auth.ApiKeys;
import java.io.IOException;
import java.io.StringReader;
import java.io.StringWriter;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.util.Base64;
import java.util.Properties;

/**
 * The secrets that standalone generates at its first start and needs at the next: without the credentials key no session
 * can resume, without the pepper no API key is valid.
 *
 * @param apiKey the one tenant's API key
 * @param apiKeyId the part of the key by which its hash is found
 * @param apiKeyHash what the gateway's configuration says of the key
 * @param apiKeyPepper the pepper of the hash
 * @param credentialsKey 32 bytes in Base64, encrypts the WhatsApp credentials
 * @param webhooksKey 32 bytes in Base64, encrypts the secrets of webhooks
 * @param password of the account that the API key belongs to, until somebody changes it
 */
record Secrets(
        String apiKey,
        String apiKeyId,
        String apiKeyHash,
        String apiKeyPepper,
        String credentialsKey,
        String webhooksKey,
        String password) {
    /** The account's e-mail address. */
    static final String EMAIL = "demo@example.com";

    private static final int KEY_BYTES = 32;

    /** Enough for a password that nobody chose, short enough to be typed. */
    private static final int PASSWORD_BYTES = 12;

    /** Reads the file, or creates it with new secrets. */
    static Secrets readOrMake(Path file) {
        try {
            if (Files.exists(file)) {
                Secrets known = read(file);
                return known.password().isEmpty() || known.webhooksKey().isEmpty() ? known.completed(file) : known;
            }
            String pepper = random(KEY_BYTES);
            ApiKeys.GeneratedKey key = ApiKeys.generate(pepper);
            Secrets secrets = new Secrets(
                    key.key(),
                    key.keyId(),
                    key.hash(),
                    pepper,
                    random(KEY_BYTES),
                    random(KEY_BYTES),
                    random(PASSWORD_BYTES));
            secrets.write(file);
            return secrets;
        } catch (IOException e) {
            throw new UncheckedIOException("the secrets in " + file + " cannot be read or created", e);
        }
    }

    /** The file of an earlier release has no password, or no key for webhooks. */
    private Secrets completed(Path file) throws IOException {
        Secrets complete = new Secrets(
                apiKey,
                apiKeyId,
                apiKeyHash,
                apiKeyPepper,
                credentialsKey,
                webhooksKey.isEmpty() ? random(KEY_BYTES) : webhooksKey,
                password.isEmpty() ? random(PASSWORD_BYTES) : password);
        complete.write(file);
        return complete;
    }

    private static Secrets read(Path file) throws IOException {
        Properties properties = new Properties();
        properties.load(new StringReader(Files.readString(file, StandardCharsets.UTF_8)));
        return new Secrets(
                required(properties, "apiKey", file),
                required(properties, "apiKeyId", file),
                required(properties, "apiKeyHash", file),
                required(properties, "apiKeyPepper", file),
                required(properties, "credentialsKey", file),
                properties.getProperty("webhooksKey", ""),
                properties.getProperty("password", ""));
    }

    private static String required(Properties properties, String name, Path file) {
        String value = properties.getProperty(name);
        if (value == null) {
            throw new StartupException("'" + name + "' is missing in " + file
                    + "; without it the data in this folder cannot be used: choose another folder with --data");
        }
        return value;
    }

    private void write(Path file) throws IOException {
        Properties properties = new Properties();
        properties.setProperty("apiKey", apiKey);
        properties.setProperty("apiKeyId", apiKeyId);
        properties.setProperty("apiKeyHash", apiKeyHash);
        properties.setProperty("apiKeyPepper", apiKeyPepper);
        properties.setProperty("credentialsKey", credentialsKey);
        properties.setProperty("webhooksKey", webhooksKey);
        properties.setProperty("password", password);
        StringWriter text = new StringWriter();
        properties.store(text, "Keep this file with the data: nothing can be decrypted without it.");
        PrivateFiles.write(file, text.toString());
    }

    private static String random(int length) {
        byte[] bytes = new byte[length];
        new SecureRandom().nextBytes(bytes);
        return Base64.getEncoder().encodeToString(bytes);
    }
}
