package dev.merpati.gateway.account;

import static org.assertj.core.api.Assertions.assertThat;

import dev.merpati.gateway.error.ApiException;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import org.springframework.boot.context.properties.bind.Binder;
import org.springframework.boot.context.properties.source.MapConfigurationPropertySource;
import org.springframework.security.crypto.argon2.Argon2PasswordEncoder;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

class PasswordsTest {
    private static final String SECRET = "a secret of tests";
    private static final Duration PATIENCE = Duration.ofSeconds(30);

    private final SimpleMeterRegistry metrics = new SimpleMeterRegistry();

    @Test
    void aPasswordMatchesItsOwnHashOnly() {
        Passwords passwords = passwords(Map.of());
        String hash = Objects.requireNonNull(passwords.hash("a long phrase").block(PATIENCE));

        assertThat(hash).contains("$argon2id$v=19$m=7168,t=1,p=1$").doesNotStartWith("$");
        assertThat(passwords.matches("a long phrase", hash).block(PATIENCE)).isTrue();
        assertThat(passwords.matches("A long phrase", hash).block(PATIENCE)).isFalse();
        assertThat(passwords.matches("a long phrase", null).block(PATIENCE)).isFalse();
        assertThat(metrics.get("merpati.gateway.password.hashes").counter().count())
                .isEqualTo(4);
    }

    /** What OWASP recommends at least; all other tests use cheaper ones. */
    @Test
    void hashesAsIsRecommendedUnlessToldOtherwise() {
        Passwords passwords = passwords(Map.of("memory", "19456", "iterations", "2"));
        String hash = Objects.requireNonNull(passwords.hash("a long phrase").block(PATIENCE));

        assertThat(hash).contains("$argon2id$v=19$m=19456,t=2,p=1$");
        assertThat(passwords.matches("a long phrase", hash).block(PATIENCE)).isTrue();
        AccountSettings.Hashing byDefault = new Binder(new MapConfigurationPropertySource(Map.of()))
                .bindOrCreate("merpati.accounts", AccountSettings.class)
                .hashing();
        assertThat(byDefault.memory()).isEqualTo(19456);
        assertThat(byDefault.iterations()).isEqualTo(2);
    }

    @Test
    void aHashOfOtherParametersIsOutdated() {
        String hash =
                Objects.requireNonNull(passwords(Map.of()).hash("a long phrase").block(PATIENCE));

        assertThat(passwords(Map.of()).isOutdated(hash)).isFalse();
        assertThat(passwords(Map.of("iterations", "2")).isOutdated(hash)).isTrue();
    }

    @Test
    void aHashIsWorthNothingWithoutTheSecretItWasMadeWith() {
        String hash =
                Objects.requireNonNull(passwords(Map.of()).hash("a long phrase").block(PATIENCE));
        Argon2PasswordEncoder thief = new Argon2PasswordEncoder(16, 32, 1, 7168, 1);

        assertThat(thief.matches("a long phrase", hash.substring(hash.indexOf('$'))))
                .isFalse();
        assertThat(passwords(Map.of(), "another secret of 16")
                        .matches("a long phrase", hash)
                        .block(PATIENCE))
                .isFalse();
    }

    @Test
    void aHashOfAnEarlierSecretOrOfNoneMatchesAndIsOutdated() {
        String before =
                Objects.requireNonNull(passwords(Map.of()).hash("a long phrase").block(PATIENCE));
        String without = Objects.requireNonNull(new Argon2PasswordEncoder(16, 32, 1, 7168, 1).encode("a long phrase"));
        Passwords now = passwords(Map.of(), "another secret of 16", SECRET);

        for (String hash : List.of(before, without)) {
            assertThat(now.matches("a long phrase", hash).block(PATIENCE)).isTrue();
            assertThat(now.matches("a long phrasf", hash).block(PATIENCE)).isFalse();
            assertThat(now.isOutdated(hash)).isTrue();
        }
    }

    @Test
    void aFloodIsRefusedBeyondItsBoundAndTheOthersAreServed() {
        Passwords passwords = passwords(Map.of("threads", "1", "waiting", "3"));

        List<String> ends = Objects.requireNonNull(Flux.range(0, 50)
                .flatMap(
                        number -> passwords
                                .hash("a long phrase")
                                .map(hash -> "hashed")
                                .onErrorResume(
                                        ApiException.class,
                                        refused -> Mono.just(
                                                refused.error().status().value() + " "
                                                        + (refused.error().retryAfter() != null))),
                        50)
                .collectList()
                .block(PATIENCE));

        assertThat(ends).hasSize(50).contains("hashed", "503 true").containsOnly("hashed", "503 true");
        assertThat(ends.stream().filter("hashed"::equals).count()).isBetween(4L, 20L);
    }

    private Passwords passwords(Map<String, String> hashing) {
        return passwords(hashing, SECRET);
    }

    /** @param secrets the one that is used, and those before */
    private Passwords passwords(Map<String, String> hashing, String... secrets) {
        Map<String, String> all = new HashMap<>(
                Map.of("merpati.accounts.hashing.memory", "7168", "merpati.accounts.hashing.iterations", "1"));
        hashing.forEach((name, value) -> all.put("merpati.accounts.hashing." + name, value));
        all.put("merpati.accounts.secret", secrets[0]);
        if (secrets.length > 1) {
            all.put("merpati.accounts.previous-secrets", secrets[1]);
        }
        AccountSettings settings = new Binder(new MapConfigurationPropertySource(all))
                .bindOrCreate("merpati.accounts", AccountSettings.class);
        return new Passwords(settings, new PasswordThreads(settings, metrics), new AccountSecrets(settings), metrics);
    }
}
