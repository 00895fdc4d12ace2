package dev.merpati.gateway.account;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import java.text.Normalizer;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.security.crypto.argon2.Argon2PasswordEncoder;
import org.springframework.stereotype.Component;
import reactor.core.publisher.Mono;

/**
 * Hashes passwords with Argon2id, each after an HMAC with a key of the accounts' secret (a pepper), so that whoever has only
 * read Redis cannot guess them. A stored hash begins with the id of its pepper; one without comes from an earlier release,
 * matches as before, and is outdated. Thread-safe.
 */
@Component
class Passwords {
    private static final Logger log = LoggerFactory.getLogger(Passwords.class);
    private static final int SALT_BYTES = 16;
    private static final int HASH_BYTES = 32;
    private static final int LANES = 1;

    private final Argon2PasswordEncoder encoder;
    private final PasswordThreads threads;
    private final AccountSecrets secrets;
    private final Counter hashed;

    /** Of a password that nobody knows: what is compared with where there is no account. */
    private final String nobodys;

    Passwords(AccountSettings settings, PasswordThreads threads, AccountSecrets secrets, MeterRegistry metrics) {
        AccountSettings.Hashing hashing = settings.hashing();
        this.encoder = new Argon2PasswordEncoder(SALT_BYTES, HASH_BYTES, LANES, hashing.memory(), hashing.iterations());
        this.threads = threads;
        this.secrets = secrets;
        this.hashed = Counter.builder("merpati.gateway.password.hashes")
                .description("Passwords hashed, to be stored or to be compared")
                .register(metrics);
        this.nobodys = encode(SecretTokens.random());
    }

    /** Returns the hash of a new password. */
    Mono<String> hash(String password) {
        return threads.run(() -> {
            hashed.increment();
            return encode(password);
        });
    }

    /**
     * Whether it is the password. Takes as long when there is no account.
     *
     * @param hash null when there is no account
     */
    Mono<Boolean> matches(String password, @Nullable String hash) {
        return threads.run(() -> {
            hashed.increment();
            String stored = hash == null ? nobodys : hash;
            Optional<String> peppered = peppered(password, stored);
            boolean same = encoder.matches(peppered.orElse(""), stored.substring(stored.indexOf('$')));
            return same && peppered.isPresent() && hash != null;
        });
    }

    /** Whether a hash was made with another pepper, or other parameters, than those that are set now. */
    boolean isOutdated(String hash) {
        int pepper = hash.indexOf('$');
        return !hash.substring(0, pepper).equals(secrets.pepperId()) || encoder.upgradeEncoding(hash.substring(pepper));
    }

    /** What was hashed if it is the password; empty when its pepper is not configured any more. */
    private Optional<String> peppered(String password, String stored) {
        String normalized = normalize(password);
        String pepperId = stored.substring(0, stored.indexOf('$'));
        if (pepperId.isEmpty()) {
            return Optional.of(normalized);
        }
        Optional<String> peppered = secrets.pepper(normalized, pepperId);
        if (peppered.isEmpty()) {
            log.warn(
                    "A password was peppered with a secret ({}) that is neither merpati.accounts.secret nor one of"
                            + " merpati.accounts.previous-secrets: its owner needs a new one",
                    pepperId);
        }
        return peppered;
    }

    /** One character can be written in two ways, and keyboards differ in which they write. */
    static String normalize(String password) {
        return Normalizer.normalize(password, Normalizer.Form.NFC);
    }

    private String encode(String password) {
        String pepperId = secrets.pepperId();
        String hash =
                encoder.encode(secrets.pepper(normalize(password), pepperId).orElseThrow());
        if (hash == null) {
            throw new IllegalStateException("the encoder returned nothing");
        }
        return pepperId + hash;
    }
}
