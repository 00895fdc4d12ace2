package dev.merpati.gateway.account;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Locale;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.boot.validation.autoconfigure.ValidationAutoConfiguration;
import org.springframework.context.annotation.Configuration;

class AccountSettingsTest {
    private final ApplicationContextRunner runner = new ApplicationContextRunner()
            .withConfiguration(AutoConfigurations.of(ValidationAutoConfiguration.class))
            .withUserConfiguration(Settings.class);

    @Configuration(proxyBeanMethods = false)
    @EnableConfigurationProperties({AccountSettings.class, InitialAccountSettings.class})
    static class Settings {}

    @Test
    void hasADefaultForEverythingButTheSecret() {
        runner.run(context -> {
            assertThat(context.getBean(AccountSettings.class))
                    .isEqualTo(new AccountSettings(
                            false,
                            "",
                            "http://localhost:8080",
                            "Merpati <no-reply@localhost>",
                            false,
                            null,
                            List.of(),
                            new AccountSettings.Hashing(19_456, 2, 2, 64),
                            new AccountSettings.Limits(60, 10, 20, 20, 5)));
            assertThat(context.getBean(InitialAccountSettings.class))
                    .isEqualTo(new InitialAccountSettings(null, "Demo", "", "", "", null, null));
        });
    }

    @Test
    void bindsEveryProperty() {
        runner.withPropertyValues(
                        "merpati.accounts.sign-up=true",
                        "merpati.accounts.plan=basic",
                        "merpati.accounts.public-url=https://m.example",
                        "merpati.accounts.mail-from=a@m.example",
                        "merpati.accounts.show-mails=true",
                        "merpati.accounts.secret=0123456789abcdef",
                        "merpati.accounts.previous-secrets=fedcba9876543210",
                        "merpati.accounts.hashing.memory=7168",
                        "merpati.accounts.hashing.iterations=5",
                        "merpati.accounts.hashing.threads=3",
                        "merpati.accounts.hashing.waiting=0",
                        "merpati.accounts.limits.logins-per-address=1",
                        "merpati.accounts.limits.logins-per-account=2",
                        "merpati.accounts.limits.sign-ups-per-address=3",
                        "merpati.accounts.limits.resets-per-address=4",
                        "merpati.accounts.limits.mails-per-account=6",
                        "merpati.accounts.initial.tenant-id=demo",
                        "merpati.accounts.initial.name=D",
                        "merpati.accounts.initial.email=demo@m.example",
                        "merpati.accounts.initial.password=a long enough phrase",
                        "merpati.accounts.initial.plan=basic",
                        "merpati.accounts.initial.api-key-id=abcdefghijkl",
                        "merpati.accounts.initial.api-key-hash=" + "0".repeat(64))
                .run(context -> {
                    AccountSettings settings = context.getBean(AccountSettings.class);
                    assertThat(settings)
                            .isEqualTo(new AccountSettings(
                                    true,
                                    "basic",
                                    "https://m.example",
                                    "a@m.example",
                                    true,
                                    "0123456789abcdef",
                                    List.of("fedcba9876543210"),
                                    new AccountSettings.Hashing(7_168, 5, 3, 0),
                                    new AccountSettings.Limits(1, 2, 3, 4, 6)));
                    InitialAccountSettings initial = context.getBean(InitialAccountSettings.class);
                    assertThat(initial)
                            .isEqualTo(new InitialAccountSettings(
                                    "demo",
                                    "D",
                                    "demo@m.example",
                                    "a long enough phrase",
                                    "basic",
                                    "abcdefghijkl",
                                    "0".repeat(64)));
                    assertThat(settings + " " + initial)
                            .doesNotContain("0123456789abcdef", "fedcba", "phrase", "0000000");
                });
    }

    @ParameterizedTest
    @CsvSource({
        "public-url, merpati.example.com, publicUrl",
        "public-url, https://m.example/path, publicUrl",
        "secret, short, secret",
        "previous-secrets, short, previousSecrets",
        "hashing.memory, 7167, hashing.memory",
        "hashing.threads, 0, hashing.threads",
        "limits.logins-per-account, 0, limits.loginsPerAccount",
        "initial.tenant-id, demo, merpati.accounts.initial.email is",
        "initial.api-key-hash, abc, api-key-hash"
    })
    void namesTheSettingThatIsOutOfRange(String property, String value, String named) {
        runner.withPropertyValues("merpati.accounts." + property + "=" + value).run(context -> {
            Throwable cause = Objects.requireNonNull(context.getStartupFailure());
            while (cause.getCause() != null) {
                cause = cause.getCause();
            }
            assertThat(String.valueOf(cause.getMessage()).toLowerCase(Locale.ROOT))
                    .contains(named.toLowerCase(Locale.ROOT));
        });
    }
}
