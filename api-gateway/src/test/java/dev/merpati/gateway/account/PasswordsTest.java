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
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

class PasswordsTest {
    private static final Duration PATIENCE = Duration.ofSeconds(30);

    private final SimpleMeterRegistry metrics = new SimpleMeterRegistry();

    @Test
    void aPasswordMatchesItsOwnHashOnly() {
        Passwords passwords = passwords(Map.of());
        String hash = Objects.requireNonNull(passwords.hash("a long phrase").block(PATIENCE));

        assertThat(hash).startsWith("$argon2id$v=19$m=7168,t=1,p=1$");
        assertThat(passwords.matches("a long phrase", hash).block(PATIENCE)).isTrue();
        assertThat(passwords.matches("A long phrase", hash).block(PATIENCE)).isFalse();
        assertThat(passwords.matches("a long phrase", null).block(PATIENCE)).isFalse();
        assertThat(metrics.get("merpati.gateway.password.hashes").counter().count())
                .isEqualTo(4);
    }

    @Test
    void aHashOfOtherParametersIsOutdated() {
        String hash =
                Objects.requireNonNull(passwords(Map.of()).hash("a long phrase").block(PATIENCE));

        assertThat(passwords(Map.of()).isOutdated(hash)).isFalse();
        assertThat(passwords(Map.of("iterations", "2")).isOutdated(hash)).isTrue();
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
        Map<String, String> all = new HashMap<>(
                Map.of("merpati.accounts.hashing.memory", "7168", "merpati.accounts.hashing.iterations", "1"));
        hashing.forEach((name, value) -> all.put("merpati.accounts.hashing." + name, value));
        return new Passwords(
                new Binder(new MapConfigurationPropertySource(all))
                        .bindOrCreate("merpati.accounts", AccountSettings.class),
                metrics);
    }
}
