package dev.merpati.worker.cobalt.pairing;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.merpati.worker.cobalt.CobaltConnector;
import dev.merpati.worker.cobalt.CobaltSettings;
import dev.merpati.worker.cobalt.RecordingListener;
import dev.merpati.worker.cobalt.World;
import dev.merpati.worker.cobalt.account.AccountTraits;
import dev.merpati.worker.whatsapp.CloseReason;
import dev.merpati.worker.whatsapp.InMemoryRecords;
import dev.merpati.worker.whatsapp.SendResult;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.JsonNode;

class PairingIT {

    @Test
    void aScannedCodeConnectsAndCanSend() {
        try (World world = new World();
                World.Session session = world.pair()) {
            RecordingListener listener = session.listener();
            assertThat(listener.connected).containsExactly(session.number());
            assertThat(listener.qrCodes).hasSize(1);
            assertThat(listener.qrCodes.getFirst().expiresAt())
                    .isBetween(Instant.now(), Instant.now().plusSeconds(60));
            assertThat(listener.saved).isNotEmpty();

            String to = World.newNumber();
            String id = World.newMessageId();
            assertThat(session.text(id, to, "Halo")).isInstanceOf(SendResult.Acknowledged.class);
            await().atMost(World.TIMEOUT).until(() -> world.control.messages(to).size() == 1);
            JsonNode received = world.control.messages(to).getFirst();
            assertThat(received.path("text").asString()).isEqualTo("Halo");
            assertThat(received.path("id").asString()).isEqualTo(id);

            session.end();
            assertThat(listener.awaitClosed()).isEqualTo(CloseReason.CLOSED);
            assertThat(listener.breaches).isEmpty();
        }
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void whatThePairingTellsOfTheAccountIsStored(boolean migrated) {
        String number = World.newNumber();
        InMemoryRecords records = new InMemoryRecords();
        try (World world = new World();
                World.Session session = world.open(world.connector, number, null, records)) {
            world.control.addPhone(number, Map.of("migrated", migrated));
            world.control.scan(number, session.listener().awaitQrCode().text());
            session.listener().awaitConnected();

            AccountTraits traits = new AccountTraits(records);
            assertThat(traits.isMigrated()).isEqualTo(migrated);
            assertThat(traits.ownLid()).isPresent().get().isNotEqualTo(number);
        }
    }

    /** Of a business whose messages Meta's cloud handles beside the phone: other prefixes are signed. */
    @Test
    void aHostedAccountIsPairedAndCanSend() {
        String number = World.newNumber();
        try (World world = new World();
                World.Session session = world.open(world.connector, number, null)) {
            world.control.addPhone(number, Map.of("hosted", true));
            world.control.scan(number, session.listener().awaitQrCode().text());
            session.listener().awaitConnected();

            String to = World.newNumber();
            String id = World.newMessageId();
            assertThat(session.text(id, to, "Halo")).isInstanceOf(SendResult.Acknowledged.class);
            assertThat(world.awaitMessage(to, id).path("text").asString()).isEqualTo("Halo");
        }
    }

    /** Otherwise a worker that dies in between leaves a device on the phone that nobody can log in as. */
    @Test
    void aPairingIsStoredBeforeItIsConfirmed() {
        String number = World.newNumber();
        try (World world = new World();
                World.Session session = world.open(world.connector, number, null)) {
            world.control.addPhone(number);
            long pairings = world.control.stat("pairings");
            session.listener().refusedSaves.set(Integer.MAX_VALUE);
            String code = session.listener().awaitQrCode().text();
            // The phone waits for the confirmation.
            Thread.ofVirtual().start(() -> world.control.scan(number, code));
            await().atMost(World.TIMEOUT)
                    .until(() -> session.listener().refusedSaves.get() < Integer.MAX_VALUE - 3);
            assertThat(world.control.stat("pairings")).isEqualTo(pairings);
            assertThat(session.listener().connected).isEmpty();

            session.listener().refusedSaves.set(0);

            session.listener().awaitConnected();
            assertThat(world.control.stat("pairings")).isEqualTo(pairings + 1);
        }
    }

    @ParameterizedTest
    @CsvSource({"401, LINKING_REFUSED", "403, LINKING_REFUSED", "405, CLIENT_OUTDATED", "503, UNAVAILABLE"})
    void aDeviceThatMayNotBeLinkedIsToldWhy(int code, CloseReason reason) {
        try (World world = new World();
                CobaltConnector connector = new CobaltConnector(world.settings(World.TIMING))) {
            world.control.refuseNextLogin(code);
            try (World.Session session = world.open(connector, World.newNumber(), null)) {
                assertThat(session.listener().awaitClosed()).isEqualTo(reason);
                assertThat(session.listener().qrCodes).isEmpty();
                assertThat(session.listener().saved).isEmpty();
            }
        }
    }

    @Test
    void codesFollowOneAnotherUntilTheServerHasNoMore() {
        Duration first = Duration.ofMillis(600);
        Duration next = Duration.ofMillis(200);
        try (World world = new World(options -> options.withQrLifetimes(first, next));
                CobaltConnector connector = new CobaltConnector(world.settings(timing(first, next)));
                World.Session session = world.open(connector, World.newNumber(), null)) {
            assertThat(session.listener().awaitClosed()).isEqualTo(CloseReason.QR_CODES_EXHAUSTED);
            assertThat(session.listener().qrCodes).hasSizeBetween(5, 6).doesNotHaveDuplicates();
            assertThat(session.listener().saved).isEmpty();
        }
    }

    @Test
    void aLaterCodeCanBeScanned() {
        Duration first = Duration.ofMillis(300);
        Duration next = Duration.ofSeconds(5);
        try (World world = new World(options -> options.withQrLifetimes(first, next));
                CobaltConnector connector = new CobaltConnector(world.settings(timing(first, next)))) {
            String number = World.newNumber();
            world.control.addPhone(number);
            try (World.Session session = world.open(connector, number, null)) {
                await().atMost(World.TIMEOUT)
                        .until(() -> session.listener().qrCodes.size() == 2);
                world.control.scan(number, session.listener().qrCodes.getLast().text());
                assertThat(session.listener().awaitConnected().connected).containsExactly(number);
            }
        }
    }

    private static CobaltSettings.Timing timing(Duration firstQrCode, Duration nextQrCode) {
        CobaltSettings.Timing usual = World.TIMING;
        return new CobaltSettings.Timing(
                usual.connect(),
                usual.login(),
                usual.keepAlive(),
                usual.answer(),
                firstQrCode,
                nextQrCode,
                usual.saveRetry());
    }
}
