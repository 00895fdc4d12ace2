package dev.merpati.worker.cobalt.stream;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.merpati.testing.RefusingPort;
import dev.merpati.worker.cobalt.CobaltConnector;
import dev.merpati.worker.cobalt.CobaltSettings;
import dev.merpati.worker.cobalt.World;
import dev.merpati.worker.whatsapp.CloseReason;
import java.io.IOException;
import java.net.ServerSocket;
import java.net.URI;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Each way in which WhatsApp or the network ends a connection, and that nothing connects again by itself. */
class ConnectionEndIT {
    private static World world;

    @BeforeAll
    static void start() {
        world = new World();
    }

    @AfterAll
    static void stop() {
        world.close();
    }

    @ParameterizedTest
    @CsvSource({"401, LOGGED_OUT", "403, LOCKED", "406, BANNED", "405, CLIENT_OUTDATED", "503, UNAVAILABLE"})
    void aRefusedLoginIsTold(int code, CloseReason reason) {
        World.Session session = world.pair();
        session.end();
        world.control.fault("refuse-login", session.number(), 1, Map.of("code", code));

        World.Session again =
                world.open(world.connector, session.number(), session.listener().credentials());

        assertThat(again.listener().awaitClosed()).isEqualTo(reason);
        assertStaysClosed(again);
    }

    @Test
    void aPassingBanIsToldWithItsEnd() {
        World.Session session = world.pair();
        session.end();
        world.control.fault("refuse-login", session.number(), 1, Map.of("code", 402));
        Instant before = Instant.now();

        World.Session again =
                world.open(world.connector, session.number(), session.listener().credentials());

        assertThat(again.listener().awaitClosed()).isEqualTo(CloseReason.RESTRICTED);
        assertThat(again.listener().temporaryBans)
                .singleElement()
                .satisfies(until -> assertThat(until).isAfter(before.plus(Duration.ofMinutes(59))));
    }

    @ParameterizedTest
    @CsvSource({
        "401, LOGGED_OUT",
        "403, UNAVAILABLE",
        "409, REPLACED",
        "500, UNAVAILABLE",
        "503, UNAVAILABLE",
        "515, NETWORK"
    })
    void aStreamErrorIsTold(int code, CloseReason reason) {
        World.Session session = world.pair();

        world.control.fault("stream-error", session.number(), 1, Map.of("code", code));

        assertThat(session.listener().awaitClosed()).isEqualTo(reason);
        assertStaysClosed(session);
    }

    @Test
    void aSecondConnectionWithTheSameCredentialsReplacesTheFirst() {
        World.Session session = world.pair();

        try (World.Session _ = world.resume(session.number(), session.listener().credentials())) {
            assertThat(session.listener().awaitClosed()).isEqualTo(CloseReason.REPLACED);
        }
    }

    @ParameterizedTest
    @CsvSource({"drop-connection", "silent-close"})
    void aCutConnectionIsNetworkTrouble(String fault) {
        World.Session session = world.pair();

        world.control.fault(fault, session.number(), 1);

        assertThat(session.listener().awaitClosed()).isEqualTo(CloseReason.NETWORK);
        assertStaysClosed(session);
    }

    @Test
    void aConnectionThatIsDeadWithoutAWordIsNoticed() {
        CobaltSettings.Timing usual = World.TIMING;
        CobaltSettings.Timing quick = new CobaltSettings.Timing(
                usual.connect(),
                usual.login(),
                Duration.ofMillis(500),
                Duration.ofMillis(1_500),
                usual.firstQrCode(),
                usual.nextQrCode(),
                usual.saveRetry());
        try (CobaltConnector connector = new CobaltConnector(world.settings(quick))) {
            World.Session session = world.pair(connector, World.newNumber());
            // Alive for longer than it takes to notice a dead one: the server answers the pings.
            await().during(Duration.ofMillis(2_500))
                    .atMost(Duration.ofMinutes(1))
                    .until(() -> session.listener().closed.isEmpty());

            world.control.fault("half-open", session.number(), 1);

            assertThat(session.listener().awaitClosed()).isEqualTo(CloseReason.NETWORK);
        }
    }

    @Test
    void aServerThatNeverAnswersTheLoginIsNotWaitedForForEver() {
        World.Session session = world.pair();
        session.end();
        world.control.fault("login-silence", session.number(), 1);
        CobaltSettings.Timing usual = World.TIMING;
        CobaltSettings.Timing quick = new CobaltSettings.Timing(
                usual.connect(),
                Duration.ofMillis(700),
                usual.keepAlive(),
                usual.answer(),
                usual.firstQrCode(),
                usual.nextQrCode(),
                usual.saveRetry());
        try (CobaltConnector connector = new CobaltConnector(world.settings(quick))) {
            World.Session again =
                    world.open(connector, session.number(), session.listener().credentials());

            assertThat(again.listener().awaitClosed()).isEqualTo(CloseReason.LOGIN_TIMEOUT);
        }
    }

    @Test
    void aConnectionResetDuringLoginIsNetworkTrouble() {
        World.Session session = world.pair();
        session.end();
        world.control.fault("refuse-connect", session.number(), 1);

        World.Session again =
                world.open(world.connector, session.number(), session.listener().credentials());

        assertThat(again.listener().awaitClosed()).isEqualTo(CloseReason.NETWORK);
    }

    @Test
    void aProxyThatIsAwayIsNetworkTrouble() {
        try (RefusingPort nobody = new RefusingPort();
                CobaltConnector connector = new CobaltConnector(world.settings(World.TIMING, nobody.number()))) {
            World.Session session = world.open(connector, World.newNumber(), null);

            assertThat(session.listener().awaitClosed()).isEqualTo(CloseReason.NETWORK);
        }
    }

    @Test
    void aServerThatAcceptsAndSaysNothingIsGivenUp() throws IOException {
        CobaltSettings.Timing usual = World.TIMING;
        CobaltSettings.Timing quick = new CobaltSettings.Timing(
                Duration.ofMillis(500),
                usual.login(),
                usual.keepAlive(),
                usual.answer(),
                usual.firstQrCode(),
                usual.nextQrCode(),
                usual.saveRetry());
        try (ServerSocket mute = new ServerSocket(0);
                CobaltConnector connector = new CobaltConnector(world.settings(quick, mute.getLocalPort()))) {
            World.Session session = world.open(connector, World.newNumber(), null);

            assertThat(session.listener().awaitClosed()).isEqualTo(CloseReason.NETWORK);
        }
    }

    @Test
    void aServerWithAnUnknownAuthorityIsNotTrusted() {
        CobaltSettings settings = new CobaltSettings(
                World.VERSION,
                URI.create("http://127.0.0.1:" + world.simulator.proxyPort()),
                null,
                World.TIMING,
                CobaltSettings.Uploads.DEFAULT);
        try (CobaltConnector connector = new CobaltConnector(settings)) {
            World.Session session = world.open(connector, World.newNumber(), null);

            assertThat(session.listener().awaitClosed()).isEqualTo(CloseReason.NETWORK);
        }
    }

    @Test
    void thePhoneUnlinksTheDevice() {
        World.Session session = world.pair();
        int savedBefore = session.listener().awaitQuiet();

        world.control.unlink(session.number());

        assertThat(session.listener().awaitClosed()).isEqualTo(CloseReason.LOGGED_OUT);
        assertThat(session.listener().saved).hasSize(savedBefore);
    }

    @Test
    void theDeviceUnlinksItself() {
        World.Session session = world.pair();

        assertThat(session.connection().unlink(World.TIMEOUT)).isTrue();

        assertThat(session.listener().awaitClosed()).isEqualTo(CloseReason.CLOSED);
        World.Session again =
                world.open(world.connector, session.number(), session.listener().credentials());
        assertThat(again.listener().awaitClosed()).isEqualTo(CloseReason.LOGGED_OUT);
    }

    @Test
    void abortClosesAtOnce() {
        World.Session session = world.pair();

        session.connection().abort();
        session.connection().abort();
        session.end();

        assertThat(session.listener().awaitClosed()).isEqualTo(CloseReason.CLOSED);
    }

    private static void assertStaysClosed(World.Session session) {
        long connections = world.control.stat("connections");
        await().during(Duration.ofMillis(500))
                .atMost(Duration.ofMinutes(1))
                .until(() -> world.control.stat("connections") == connections
                        && session.listener().closed.size() == 1);
        assertThat(session.listener().breaches).isEmpty();
    }
}
