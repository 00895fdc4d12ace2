package dev.merpati.deployment;

import static org.assertj.core.api.Assertions.assertThat;

import dev.merpati.deployment.SettingsReference.Setting;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

/** Keeps {@code docs/settings.md} what the configuration classes say. */
class SettingsDocumentTest {
    private static final Path DOCUMENT = SettingsReference.REPOSITORY.resolve("docs/settings.md");
    private static final Path WRITTEN = Path.of("target/settings.md");

    private static final String HEAD = """
            # Settings

            <!-- Written from the configuration classes; SettingsDocumentTest says how. -->

            Everything that gateways, workers and dispatchers can be told, besides Spring Boot's own settings. A setting comes from an argument
            (`--merpati.shards=64`), an environment variable, or a YAML file in a folder that `SPRING_CONFIG_ADDITIONALLOCATION` names,
            `gateway.yaml`, `worker.yaml` or `dispatcher.yaml`; the earlier one wins. In an environment variable an underscore may also stand for a dash
            (`MERPATI_API_KEY_PEPPER`). A value out of range stops the start with the property's name and what
            is allowed. Times are written as `500ms`, `30s`, `5m`, `1h`, `7d`; sizes as `256KB`, `64MB`.

            Of Spring Boot's settings these are needed or useful:

            | property | default | is |
            |---|---|---|
            | `spring.kafka.bootstrap-servers` | `localhost:9092` | where Kafka is; `spring.kafka.security.protocol`, `spring.kafka.properties.*` and `spring.kafka.ssl.*` as usual |
            | `spring.data.redis.host`, `spring.data.redis.port`, `spring.data.redis.url`, … | `localhost`, 6379 | where Redis is, see [Redis](redis.md) |
            | `server.port` | 8080, worker: 9091, dispatcher: 9092 | the gateway's API; of the others the management port |
            | `management.server.port` | 8081 | the gateway's management port |
            | `server.address`, `management.server.address` | every interface | what the ports listen on |
            | `spring.mail.host`, `spring.mail.port`, … | none | the gateway's [mail server](operations.md#accounts) |

            """;

    @Test
    void saysWhatTheConfigurationClassesSay() throws IOException {
        Map<String, Setting> gateway = SettingsReference.gateway();
        Map<String, Setting> worker = SettingsReference.worker();
        Map<String, Setting> dispatcher = SettingsReference.dispatcher();
        Map<String, Setting> shared = new TreeMap<>();
        Map<String, Integer> programs = new TreeMap<>();
        for (Map<String, Setting> program : List.of(dispatcher, worker, gateway)) {
            shared.putAll(program);
            program.keySet().forEach(name -> programs.merge(name, 1, Integer::sum));
        }
        shared.keySet().removeIf(name -> Objects.requireNonNull(programs.get(name)) == 1);
        assertThat(shared).containsKeys("merpati.shards", "merpati.kafka.command-topic", "merpati.media.type");
        for (Map<String, Setting> program : List.of(dispatcher, worker, gateway)) {
            program.keySet().removeAll(shared.keySet());
        }
        assertThat(gateway).containsKeys("merpati.gateway.send-timeout", "merpati.plans.<plan>.sessions");
        assertThat(dispatcher).containsKeys("merpati.dispatcher.commit-delay");
        assertThat(worker).containsKeys("merpati.worker.connections.per-second", "merpati.credentials.keys.<key>");
        String expected = HEAD
                + section("Of more than one program", shared.values())
                + section("Gateway", gateway.values())
                + section("Worker", worker.values())
                + section("Dispatcher", dispatcher.values());
        Files.writeString(WRITTEN, expected);

        assertThat(Files.exists(DOCUMENT) && Files.readString(DOCUMENT).equals(expected))
                .as("docs/settings.md is what the configuration classes say; if not:"
                        + " cp deployment/target/settings.md docs/settings.md")
                .isTrue();
    }

    private static String section(String title, Collection<Setting> settings) {
        StringBuilder text =
                new StringBuilder("## " + title + "\n\n| property | default | allowed | is |\n|---|---|---|---|\n");
        for (Setting setting : settings) {
            text.append("| `%s` <br> `%s` | %s | %s | %s |\n"
                    .formatted(
                            setting.name(),
                            setting.variable(),
                            setting.initial().isEmpty() ? "" : "`" + setting.initial() + "`",
                            setting.range(),
                            setting.meaning()));
        }
        return text + "\n";
    }
}
