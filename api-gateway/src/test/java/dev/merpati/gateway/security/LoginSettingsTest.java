package dev.merpati.gateway.security;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.boot.validation.autoconfigure.ValidationAutoConfiguration;
import org.springframework.context.annotation.Configuration;

/** How long logins last, and which origins may call the API. */
class LoginSettingsTest {
    private final ApplicationContextRunner runner = new ApplicationContextRunner()
            .withConfiguration(AutoConfigurations.of(ValidationAutoConfiguration.class))
            .withUserConfiguration(Settings.class);

    @Configuration(proxyBeanMethods = false)
    @EnableConfigurationProperties({LoginSettings.class, CorsSettings.class})
    static class Settings {}

    @Test
    void hasDefaultsAndBindsEveryProperty() {
        runner.run(context -> {
            assertThat(context.getBean(LoginSettings.class))
                    .isEqualTo(new LoginSettings(Duration.ofMinutes(30), Duration.ofHours(12)));
            assertThat(context.getBean(CorsSettings.class)).isEqualTo(new CorsSettings(List.of()));
        });
        runner.withPropertyValues(
                        "merpati.accounts.session-idle=1m",
                        "merpati.accounts.session-life=30d",
                        "merpati.gateway.cors.allowed-origins=https://app.example.com,http://localhost:3000")
                .run(context -> {
                    assertThat(context.getBean(LoginSettings.class))
                            .isEqualTo(new LoginSettings(Duration.ofMinutes(1), Duration.ofDays(30)));
                    assertThat(context.getBean(CorsSettings.class).allowedOrigins())
                            .containsExactly("https://app.example.com", "http://localhost:3000");
                });
    }

    @ParameterizedTest
    @CsvSource({
        "session-idle, 59s, sessionIdle",
        "session-idle, 8d, sessionIdle",
        "session-life, 0s, sessionLife",
        "session-life, 31d, sessionLife"
    })
    void refusesLoginsThatAreTooShortOrTooLong(String property, String value, String named) {
        runner.withPropertyValues("merpati.accounts." + property + "=" + value)
                .run(context -> assertThat(rootOf(context.getStartupFailure())).contains(named));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "*",
                "app.example.com",
                "https://app.example.com/",
                "https://app.example.com/path",
                "https://app.example.com?a",
                "https://app.example.com#a",
                "https://user@app.example.com",
                "https://*.example.com",
                "ftp://app.example.com",
                "null",
                "https://",
                "not an origin"
            })
    void refusesWhatIsNoOrigin(String origin) {
        runner.withPropertyValues("merpati.gateway.cors.allowed-origins=" + origin)
                .run(context -> assertThat(rootOf(context.getStartupFailure()))
                        .contains("merpati.gateway.cors.allowed-origins has '" + origin + "'"));
    }

    private static String rootOf(@Nullable Throwable failure) {
        Throwable cause = Objects.requireNonNull(failure, "started");
        while (cause.getCause() != null) {
            cause = cause.getCause();
        }
        return String.valueOf(cause.getMessage());
    }
}
