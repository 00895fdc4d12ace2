package dev.merpati.worker.connection;

import static org.assertj.core.api.Assertions.assertThat;

import dev.merpati.clients.timing.Backoff;
import dev.merpati.clients.timing.StopSignal;
import dev.merpati.model.event.Event;
import dev.merpati.model.session.Disconnection;
import dev.merpati.model.session.SessionStatus;
import dev.merpati.worker.event.MemoryEvents;
import dev.merpati.worker.event.PatientPublisher;
import dev.merpati.worker.event.SessionEvents;
import dev.merpati.worker.fencing.ShardLease;
import dev.merpati.worker.fencing.TestLeases;
import dev.merpati.worker.session.SessionFixture;
import dev.merpati.worker.store.SessionView;
import java.time.Duration;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What a tenant hears of a session's status, on a clock that the test moves. */
class StatusTellerTest {
    private static final Duration TOLD_AFTER = Duration.ofSeconds(5);

    private final SessionFixture session = new SessionFixture();
    private final MemoryEvents kafka = new MemoryEvents();
    private StatusTeller teller = teller(1);

    /** As the owner with this epoch. */
    private StatusTeller teller(long epoch) {
        Backoff backoff = new Backoff(Duration.ofMillis(10), Duration.ofMillis(100), new Random(1));
        ShardLease lease = TestLeases.lease(0, epoch, session.timers::nanoTime);
        SessionEvents events = new SessionEvents(
                session.id,
                lease,
                kafka,
                new PatientPublisher(kafka, backoff, new StopSignal()),
                kafka,
                session.timers);
        events.begin("tenant");
        return new StatusTeller(
                session.id,
                lease,
                session.store,
                events,
                TOLD_AFTER,
                Duration.ofSeconds(15),
                session.timers,
                backoff,
                session.timers);
    }

    private void show(SessionView view) {
        teller.shown(view, noted());
        session.timers.run();
    }

    private String noted() {
        return session.store.heard.getOrDefault(session.id, "");
    }

    /** What is left when each key counts once. */
    private List<String> heard() {
        Map<String, Event> first = new LinkedHashMap<>();
        kafka.events.forEach(event -> first.putIfAbsent(event.key(), event));
        return first.values().stream()
                .filter(event -> event.type().equals("session.status"))
                .map(event -> event.data().path("status").asString()
                        + event.data().path("reason").asString(""))
                .toList();
    }

    @Test
    void tellsEachStatusWithItsReasonOnce() {
        show(SessionView.connecting());
        show(SessionView.connecting("network"));
        show(new SessionView(SessionStatus.QR, null, null, null));
        show(SessionView.connected("628", "paired"));
        show(SessionView.connected("628", null));
        show(SessionView.disconnected(Disconnection.LOGGED_OUT, null));

        assertThat(heard()).containsExactly("connecting", "qr", "connectedpaired", "disconnectedlogged_out");
        assertThat(noted()).isEqualTo("disconnected logged_out");
    }

    @Test
    void saysUntilWhenAnAccountIsRestricted() {
        Instant until = session.timers.instant().plusSeconds(3_600);
        show(SessionView.disconnected(Disconnection.RESTRICTED, until));
        show(SessionView.disconnected(Disconnection.RESTRICTED, until));
        show(SessionView.disconnected(Disconnection.RESTRICTED, until.plusSeconds(1)));

        assertThat(kafka.data("session.status"))
                .containsExactly(
                        "{\"status\":\"disconnected\",\"reason\":\"restricted\",\"until\":\"2026-01-01T01:00:00Z\"}",
                        "{\"status\":\"disconnected\",\"reason\":\"restricted\",\"until\":\"2026-01-01T01:00:01Z\"}");
    }

    @Test
    void eachCodeIsToldWithAPictureOfItWhileItCanBeScanned() {
        Instant now = session.timers.instant();
        SessionView.QrCode first = new SessionView.QrCode("2@first", now.plusSeconds(60));
        show(SessionView.qr(first));
        show(SessionView.qr(first));
        show(SessionView.qr(new SessionView.QrCode("2@second", now.plusSeconds(80))));
        kafka.away = true;
        // Soon over, since each of many tries makes its picture anew.
        show(SessionView.qr(new SessionView.QrCode("2@third", now.plusSeconds(5))));
        session.timers.advance(Duration.ofSeconds(6));
        kafka.away = false;
        session.timers.advance(Duration.ofSeconds(1));

        assertThat(heard()).containsExactly("qr");
        assertThat(kafka.data("session.qr"))
                .hasSize(2)
                .allMatch(code -> code.startsWith("{\"qrCode\":\"data:image/png;base64,"))
                .doesNotHaveDuplicates();
        assertThat(kafka.data("session.qr").getFirst()).endsWith("\"expiresAt\":\"2026-01-01T00:01:00Z\"}");
    }

    @Test
    void aConnectionThatIsSoonBackIsNoNews() {
        show(SessionView.connected("628", null));
        for (int i = 0; i < 100; i++) {
            show(SessionView.connecting("network"));
            session.timers.advance(TOLD_AFTER.minusMillis(1));
            show(SessionView.connected("628", null));
            session.timers.advance(Duration.ofSeconds(10));
        }
        assertThat(heard()).containsExactly("connected");

        show(SessionView.connecting("network"));
        session.timers.advance(Duration.ofSeconds(2));
        show(SessionView.connecting("replaced"));
        session.timers.advance(Duration.ofSeconds(4));
        show(SessionView.connected("628", null));

        assertThat(heard()).containsExactly("connected", "connectingreplaced", "connected");
    }

    @Test
    void whatAPersonHasToDoSomethingAboutIsToldAtOnce() {
        show(SessionView.connected("628", null));
        show(SessionView.connecting("network"));
        show(SessionView.disconnected(Disconnection.BANNED, null));
        show(SessionView.connecting(SessionView.RECONNECT));
        show(SessionView.connected("628", "paired"));
        show(SessionView.connecting(SessionView.RECONNECT));

        assertThat(heard())
                .containsExactly(
                        "connected",
                        "disconnectedbanned",
                        "connectingreconnect",
                        "connectedpaired",
                        "connectingreconnect");
    }

    @Test
    void whatCameAndWentWhileKafkaWasAwayIsSkipped() {
        show(SessionView.connected("628", null));
        kafka.away = true;
        show(SessionView.disconnected(Disconnection.LOCKED, null));
        show(SessionView.connecting());
        show(SessionView.disconnected(Disconnection.LOGGED_OUT, null));
        session.timers.advance(Duration.ofSeconds(10));

        kafka.away = false;
        session.timers.advance(Duration.ofSeconds(1));

        assertThat(heard()).containsExactly("connected", "disconnectedlogged_out");
        assertThat(noted()).isEqualTo("disconnected logged_out");
    }

    /** Else the tenant would take the status that nobody confirmed for the last one. */
    @Test
    void aStatusWhoseTellingWasNotConfirmedIsCorrected() {
        show(SessionView.connected("628", null));
        kafka.loseNextAnswer = true;
        teller.shown(SessionView.disconnected(Disconnection.LOCKED, null), noted());
        session.timers.run();
        show(SessionView.connected("628", null));
        session.timers.advance(Duration.ofSeconds(1));

        assertThat(heard()).last().isEqualTo("connected");
    }

    @Test
    void aStatusIsToldAgainUnderItsKey() {
        kafka.loseNextAnswer = true;
        show(SessionView.connected("628", null));
        session.timers.advance(Duration.ofSeconds(1));

        assertThat(kafka.events).hasSize(2);
        assertThat(heard()).containsExactly("connected");
    }

    @Test
    void aNewOwnerTellsOnlyWhatTheTenantHasNotHeard() {
        show(SessionView.connected("628", null));

        teller.close();
        teller = teller(2);
        show(SessionView.connecting());
        session.timers.advance(Duration.ofSeconds(2));
        show(SessionView.connected("628", null));
        session.timers.advance(Duration.ofMinutes(1));

        assertThat(heard()).containsExactly("connected");
    }

    /** Wherever a worker dies, at each of its steps: what was heard last is in the end how the session stands. */
    @ParameterizedTest
    @ValueSource(ints = {0, 1, 2, 3, 4})
    void aWorkerThatDiesInTheMiddleLeavesNobodyWithAWrongStatus(int steps) {
        show(SessionView.connected("628", null));
        kafka.loseNextAnswer = steps == 3; // Stored, and then the end.
        int[] left = {steps};
        StatusTeller dying = teller;
        session.store.whenHeardIsNoted(() -> {
            if (left[0]-- <= 0) {
                dying.close();
                throw TestLeases.unavailable("the worker is gone");
            }
        });
        teller.shown(SessionView.disconnected(Disconnection.LOCKED, null), noted());
        session.timers.run();
        dying.close();
        session.store.whenHeardIsNoted(() -> {});

        teller = teller(2);
        show(SessionView.connecting());
        show(SessionView.connected("628", null));
        session.timers.advance(Duration.ofMinutes(1));

        assertThat(heard()).last().isEqualTo("connected");
        assertThat(noted()).isEqualTo("connected");
    }

    @Test
    void aNoteThatRedisHasLostIsWrittenAgain() {
        show(SessionView.connected("628", null));
        session.store.heard.clear();

        show(SessionView.connected("628", null));

        assertThat(heard()).containsExactly("connected");
        assertThat(noted()).isEqualTo("connected");
    }

    /** It was stopped for longer than anybody waits for it, and another worker has the session. */
    @Test
    void aWorkerThatWakesUpTellsNothingOld() {
        show(SessionView.connected("628", null));
        session.store.whenHeardIsNoted(() -> {
            session.store.whenHeardIsNoted(() -> {});
            session.timers.advance(Duration.ofMinutes(1));
            session.store.taken = true;
        });

        show(SessionView.disconnected(Disconnection.LOCKED, null));

        assertThat(heard()).containsExactly("connected");
    }

    @Test
    void nothingIsToldAfterTheSessionHasMoved() {
        show(SessionView.connected("628", null));
        show(SessionView.connecting("network"));

        teller.close();
        session.timers.advance(Duration.ofMinutes(1));

        assertThat(heard()).containsExactly("connected");
    }
}
