package dev.merpati.worker.settings;

import static org.assertj.core.api.Assertions.assertThat;

import dev.merpati.worker.cobalt.CobaltSettings;
import dev.merpati.worker.cobalt.send.NewChatQueries;
import java.time.Duration;
import java.util.Base64;
import java.util.Map;
import org.apache.kafka.clients.consumer.GroupProtocol;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.context.annotation.Configuration;
import org.springframework.util.unit.DataSize;

class MerpatiSettingsTest {
    private static final String KEY = Base64.getEncoder().encodeToString(new byte[32]);

    private final ApplicationContextRunner runner = new ApplicationContextRunner()
            .withUserConfiguration(Bound.class)
            .withPropertyValues("merpati.credentials.active-key=k1", "merpati.credentials.keys.k1=" + KEY);

    @Test
    void hasDefaultsForAllButTheKey() {
        runner.run(context -> assertThat(context.getBean(MerpatiSettings.class))
                .isEqualTo(new MerpatiSettings(
                        128,
                        new KafkaSettings(
                                "merpati.commands",
                                true,
                                (short) -1,
                                Duration.ofHours(1),
                                Duration.ofDays(3),
                                Duration.ofHours(24)),
                        new EventSettings("merpati.events", 32, Duration.ofDays(7)),
                        new MediaSettings(
                                DataSize.ofMegabytes(256),
                                Duration.ofHours(25),
                                Duration.ofMinutes(10),
                                MediaSettings.Received.ON_REQUEST,
                                DataSize.ofGigabytes(2),
                                8,
                                DataSize.ofMegabytes(32),
                                1_000),
                        new CredentialsSettings("k1", Map.of("k1", KEY)),
                        new WhatsAppSettings(
                                "",
                                "",
                                "2.3000.1045649367",
                                true,
                                NewChatQueries.DEFAULT.timeLock(),
                                NewChatQueries.DEFAULT.cap(),
                                CobaltSettings.PreKeys.DEFAULT.batch(),
                                CobaltSettings.PreKeys.DEFAULT.rotation(),
                                "Merpati",
                                Duration.ofSeconds(30),
                                DataSize.ofKilobytes(125)),
                        new WorkerSettings(
                                "worker",
                                "merpati-workers",
                                GroupProtocol.CLASSIC,
                                Duration.ofSeconds(30),
                                true,
                                Duration.ofSeconds(15),
                                Duration.ofSeconds(3),
                                Duration.ofSeconds(20),
                                Duration.ofMinutes(1),
                                new CommandSettings(
                                        64,
                                        Duration.ofSeconds(20),
                                        1_000,
                                        DataSize.ofMegabytes(64),
                                        Duration.ofMillis(500),
                                        Duration.ofSeconds(20),
                                        Duration.ofSeconds(10),
                                        Duration.ofMillis(250),
                                        Duration.ofSeconds(5),
                                        Duration.ofHours(1),
                                        100_000),
                                new ConnectionSettings(
                                        25,
                                        20,
                                        Duration.ofSeconds(1),
                                        Duration.ofSeconds(1),
                                        Duration.ofMinutes(2),
                                        Duration.ofSeconds(30),
                                        Duration.ofMinutes(10),
                                        Duration.ofSeconds(8),
                                        Duration.ofSeconds(5),
                                        Duration.ofSeconds(5)),
                                new PairingSettings(Duration.ofMinutes(5), Duration.ofSeconds(2))))));
    }

    @Test
    void bindsEverySetting() {
        runner.withPropertyValues(
                        "merpati.shards=16",
                        "merpati.kafka.command-topic=c",
                        "merpati.kafka.create-topics=false",
                        "merpati.kafka.replication-factor=3",
                        "merpati.kafka.command-retention=20m",
                        "merpati.kafka.event-retention=5h",
                        "merpati.kafka.dead-letter-retention=2d",
                        "merpati.events.topic=e",
                        "merpati.events.partitions=8",
                        "merpati.events.retention=3h",
                        "merpati.media.budget=64MB",
                        "merpati.media.retention=2h",
                        "merpati.media.sweep-interval=5s",
                        "merpati.media.received=at-once",
                        "merpati.media.received-max-size=70MB",
                        "merpati.media.received-max-parallel=9",
                        "merpati.media.received-at-once-max-size=60MB",
                        "merpati.media.received-at-once-max-waiting=11",
                        "merpati.credentials.active-key=k2",
                        "merpati.credentials.keys.k2=" + KEY,
                        "merpati.whatsapp.proxy=http://localhost:8443",
                        "merpati.whatsapp.ca-certificate=/ca.pem",
                        "merpati.whatsapp.client-version=1.2.3",
                        "merpati.whatsapp.client-version-lookup=false",
                        "merpati.whatsapp.time-lock-query=11",
                        "merpati.whatsapp.new-chat-cap-query=22",
                        "merpati.whatsapp.pre-keys=100",
                        "merpati.whatsapp.pre-key-rotation=30d",
                        "merpati.whatsapp.device-name=D",
                        "merpati.whatsapp.upload-timeout=12s",
                        "merpati.whatsapp.upload-minimum-rate=13KB",
                        "merpati.worker.id=w7",
                        "merpati.worker.group=g",
                        "merpati.worker.group-protocol=consumer",
                        "merpati.worker.session-timeout=10s",
                        "merpati.worker.leave-group-on-shutdown=false",
                        "merpati.worker.handover-timeout=20s",
                        "merpati.worker.revocation-timeout=11s",
                        "merpati.worker.owner-ttl=7s",
                        "merpati.worker.deletion-sweep-interval=9s",
                        "merpati.worker.commands.mailbox-size=1",
                        "merpati.worker.commands.refusable-for=2s",
                        "merpati.worker.commands.max-in-flight-per-partition=2",
                        "merpati.worker.commands.max-in-flight-bytes=3MB",
                        "merpati.worker.commands.commit-interval=3s",
                        "merpati.worker.commands.attempt-timeout=4s",
                        "merpati.worker.commands.check-timeout=5s",
                        "merpati.worker.commands.initial-backoff=6s",
                        "merpati.worker.commands.max-backoff=7s",
                        "merpati.worker.commands.registered-numbers-ttl=8s",
                        "merpati.worker.commands.registered-numbers-size=9",
                        "merpati.worker.connections.per-second=1",
                        "merpati.worker.connections.max-concurrent-logins=2",
                        "merpati.worker.connections.start-jitter=3s",
                        "merpati.worker.connections.initial-backoff=4s",
                        "merpati.worker.connections.max-backoff=5s",
                        "merpati.worker.connections.stable-after=6s",
                        "merpati.worker.connections.rate-limited-backoff=7s",
                        "merpati.worker.connections.close-timeout=8s",
                        "merpati.worker.connections.trouble-told-after=10s",
                        "merpati.worker.connections.unlink-timeout=9s",
                        "merpati.worker.pairing.timeout=1m",
                        "merpati.worker.pairing.qr-safety-margin=3s")
                .run(context -> assertThat(context.getBean(MerpatiSettings.class))
                        .isEqualTo(new MerpatiSettings(
                                16,
                                new KafkaSettings(
                                        "c",
                                        false,
                                        (short) 3,
                                        Duration.ofMinutes(20),
                                        Duration.ofHours(5),
                                        Duration.ofDays(2)),
                                new EventSettings("e", 8, Duration.ofHours(3)),
                                new MediaSettings(
                                        DataSize.ofMegabytes(64),
                                        Duration.ofHours(2),
                                        Duration.ofSeconds(5),
                                        MediaSettings.Received.AT_ONCE,
                                        DataSize.ofMegabytes(70),
                                        9,
                                        DataSize.ofMegabytes(60),
                                        11),
                                new CredentialsSettings("k2", Map.of("k1", KEY, "k2", KEY)),
                                new WhatsAppSettings(
                                        "http://localhost:8443",
                                        "/ca.pem",
                                        "1.2.3",
                                        false,
                                        "11",
                                        "22",
                                        100,
                                        Duration.ofDays(30),
                                        "D",
                                        Duration.ofSeconds(12),
                                        DataSize.ofKilobytes(13)),
                                new WorkerSettings(
                                        "w7",
                                        "g",
                                        GroupProtocol.CONSUMER,
                                        Duration.ofSeconds(10),
                                        false,
                                        Duration.ofSeconds(20),
                                        Duration.ofSeconds(11),
                                        Duration.ofSeconds(7),
                                        Duration.ofSeconds(9),
                                        new CommandSettings(
                                                1,
                                                Duration.ofSeconds(2),
                                                2,
                                                DataSize.ofMegabytes(3),
                                                Duration.ofSeconds(3),
                                                Duration.ofSeconds(4),
                                                Duration.ofSeconds(5),
                                                Duration.ofSeconds(6),
                                                Duration.ofSeconds(7),
                                                Duration.ofSeconds(8),
                                                9),
                                        new ConnectionSettings(
                                                1,
                                                2,
                                                Duration.ofSeconds(3),
                                                Duration.ofSeconds(4),
                                                Duration.ofSeconds(5),
                                                Duration.ofSeconds(6),
                                                Duration.ofSeconds(7),
                                                Duration.ofSeconds(8),
                                                Duration.ofSeconds(10),
                                                Duration.ofSeconds(9)),
                                        new PairingSettings(Duration.ofMinutes(1), Duration.ofSeconds(3))))));
    }

    @ParameterizedTest
    @CsvSource({
        "merpati.shards=0, merpati.shards",
        "merpati.kafka.command-topic=a b, commandTopic",
        "merpati.events.topic=a b, events.topic",
        "merpati.events.partitions=0, events.partitions",
        "merpati.events.retention=59m, events.retention",
        "merpati.events.retention=91d, events.retention",
        "merpati.media.received-max-size=1KB, merpati.media.received-max-size",
        "merpati.media.received-max-parallel=0, media.receivedMaxParallel",
        "merpati.media.received-at-once-max-size=3GB, merpati.media.received-at-once-max-size",
        "merpati.media.received-at-once-max-waiting=-1, media.receivedAtOnceMaxWaiting",
        "merpati.media.budget=49MB, merpati.media.budget",
        "merpati.media.budget=3GB, merpati.media.budget",
        "merpati.credentials.active-key=other, merpati.credentials.active-key",
        "merpati.credentials.keys.k1=c2hvcnQ=, merpati.credentials.keys",
        "merpati.whatsapp.proxy=localhost:8443, proxy",
        "merpati.whatsapp.client-version=2.3000, clientVersion",
        "merpati.whatsapp.time-lock-query=1b, timeLockQuery",
        "merpati.whatsapp.new-chat-cap-query=x, newChatCapQuery",
        "merpati.whatsapp.pre-keys=29, preKeys",
        "merpati.whatsapp.pre-keys=2001, preKeys",
        "merpati.whatsapp.pre-key-rotation=23h, preKeyRotation",
        "merpati.whatsapp.upload-timeout=0s, uploadTimeout",
        "merpati.whatsapp.upload-minimum-rate=1B, merpati.whatsapp.upload-minimum-rate",
        "merpati.worker.id=a b, worker.id",
        "merpati.worker.session-timeout=10ms, sessionTimeout",
        "merpati.worker.revocation-timeout=16s, merpati.worker.revocation-timeout",
        "merpati.worker.commands.mailbox-size=0, mailboxSize",
        "merpati.worker.commands.max-in-flight-bytes=999999B, merpati.worker.commands.max-in-flight-bytes",
        "merpati.worker.commands.max-backoff=100ms, merpati.worker.commands.max-backoff",
        "merpati.worker.connections.max-backoff=100ms, merpati.worker.connections.max-backoff",
        "merpati.worker.pairing.timeout=0s, pairing.timeout"
    })
    void stopsTheStartForABadValueAndNamesIt(String property, String named) {
        runner.withPropertyValues(property).run(context -> {
            assertThat(context).hasFailed();
            assertThat(context.getStartupFailure()).rootCause().hasMessageContaining(named);
        });
    }

    @Test
    void keepsKeysOutOfItsText() {
        runner.run(context ->
                assertThat(context.getBean(MerpatiSettings.class).toString()).doesNotContain(KEY));
    }

    @Configuration(proxyBeanMethods = false)
    @EnableConfigurationProperties(MerpatiSettings.class)
    static class Bound {}
}
