package dev.merpati.worker.connection;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.merpati.model.outcome.FailureCode;
import dev.merpati.model.session.Disconnection;
import dev.merpati.model.session.SessionRecord;
import dev.merpati.model.session.SessionStatus;
import dev.merpati.model.whatsapp.ClientVersion;
import dev.merpati.testlogging.ExpectErrors;
import dev.merpati.worker.fencing.TestLeases;
import dev.merpati.worker.session.SessionFixture;
import dev.merpati.worker.store.SessionView;
import dev.merpati.worker.whatsapp.CloseReason;
import dev.merpati.worker.whatsapp.FakeConnection;
import dev.merpati.worker.whatsapp.FakeWhatsApp;
import dev.merpati.worker.whatsapp.SessionRecords;
import dev.merpati.worker.whatsapp.UnreadableCredentialsException;
import io.micrometer.core.instrument.Counter;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The life of a session's connection, on a clock that stands still until the test moves it. */
class SessionConnectionTest {
    private static final Duration PATIENCE = Duration.ofMinutes(1);
    private static final Duration PAIRING = Duration.ofMinutes(5);

    private final SessionFixture session = new SessionFixture(
            "merpati.worker.connections.initial-backoff", "1s", "merpati.worker.connections.max-backoff", "60s");
    private final SessionConnection connection = session.connection();

    @Test
    void pairsByQrCode() {
        start();
        awaitStatus(SessionStatus.QR);

        session.whatsApp.scan(session.id);

        awaitStatus(SessionStatus.CONNECTED);
        assertThat(session.store.views.getLast().phoneNumber()).isEqualTo(FakeWhatsApp.PHONE);
        assertThat(session.store.credentials).containsKey(session.id);
        assertThat(statusesOf()).startsWith(SessionStatus.CONNECTING, SessionStatus.QR);
    }

    @Test
    void renewsTheCodeInPlaceUntilNobodyHasScannedItForTooLong() {
        start();
        awaitStatus(SessionStatus.QR);

        session.timers.advance(PAIRING.minusSeconds(1));
        latest().end(CloseReason.QR_CODES_EXHAUSTED);
        awaitConnections(2);
        awaitStatus(SessionStatus.QR);
        assertThat(statusesOf()).doesNotContain(SessionStatus.DISCONNECTED);

        session.timers.advance(Duration.ofSeconds(2));
        awaitStatus(SessionStatus.DISCONNECTED);
        assertThat(session.store.views.getLast().disconnection()).isNull();
        assertThat(latest().isOpen()).isFalse();
        session.timers.advance(Duration.ofDays(1));
        assertThat(session.whatsApp.connections(session.id)).hasSize(2);
    }

    @Test
    void aScanInTimeIsNotUndoneWhenThePairingTimeIsUp() {
        online();

        session.timers.advance(PAIRING.multipliedBy(2));

        assertThat(latest().isOpen()).isTrue();
        assertThat(statusesOf()).doesNotContain(SessionStatus.DISCONNECTED);
    }

    @ParameterizedTest
    @EnumSource(names = {"NETWORK", "UNAVAILABLE", "LOGIN_TIMEOUT", "REPLACED", "RATE_LIMITED"})
    void comesBackByItselfAfterTroubleThatPasses(CloseReason reason) {
        online();

        latest().end(reason);
        awaitStatus(SessionStatus.CONNECTING);
        assertThat(session.whatsApp.connections(session.id)).hasSize(1);
        session.timers.advance(Duration.ofMinutes(10));

        awaitConnections(2);
        awaitStatus(SessionStatus.CONNECTED);
        assertThat(latest().request().credentials()).isNotNull();
        assertThat(session.meters
                        .get("merpati.worker.session.reconnects")
                        .tag("reason", reason.name().toLowerCase(Locale.ROOT))
                        .counter()
                        .count())
                .isEqualTo(1);
    }

    @Test
    void waitsMuchLongerWhenTheAccountDoesTooMuch() {
        online();
        latest().end(CloseReason.RATE_LIMITED);
        awaitStatus(SessionStatus.CONNECTING);

        session.timers.advance(Duration.ofMinutes(5).minusSeconds(1));
        assertThat(session.whatsApp.connections(session.id)).hasSize(1);
        session.timers.advance(Duration.ofMinutes(5).plusSeconds(1));
        awaitConnections(2);
    }

    @Test
    void triesForAsLongAsTheSessionExistsButLessAndLessOften() {
        session.whatsApp.whenOpened(connection -> connection.end(CloseReason.NETWORK));
        session.store.credentials.put(session.id, FakeConnection.credentials("k"));
        start();
        int minutes = 3 * 60;
        for (int minute = 0; minute < minutes; minute++) {
            session.timers.advance(Duration.ofMinutes(1));
            // The fake tells of the end of a connection on a thread of its own.
            await().pollInterval(Duration.ofMillis(1)).atMost(PATIENCE).until(this::isRetryPlanned);
        }
        // The bound of the back-off is a minute, and its mean half of that.
        assertThat(session.whatsApp.connections(session.id)).hasSizeBetween(minutes / 2, minutes * 4);
        assertThat(statusesOf()).containsOnly(SessionStatus.CONNECTING);
    }

    @ParameterizedTest
    @EnumSource(names = {"LOGGED_OUT", "BANNED"})
    void givesUpAndForgetsCredentialsThatAreVoid(CloseReason reason) {
        online();

        latest().end(reason);

        awaitStatus(SessionStatus.DISCONNECTED);
        assertThat(session.store.views.getLast().disconnection()).isEqualTo(Disconnection.valueOf(reason.name()));
        await().atMost(PATIENCE).untilAsserted(() -> {
            session.timers.advance(Duration.ofMillis(1));
            assertThat(session.store.credentials).isEmpty();
        });
        session.timers.advance(Duration.ofDays(1));
        assertThat(session.whatsApp.connections(session.id)).hasSize(1);
        assertThat(connection.awaitReady(session.timers.instant()))
                .isEqualTo(new ConnectionAccess.Readiness.Unavailable(FailureCode.valueOf(reason.name())));
    }

    @ParameterizedTest
    @CsvSource({"CLIENT_OUTDATED, CLIENT_OUTDATED", "LINKING_REFUSED, PAIRING_REFUSED"})
    void staysDisconnectedWhereAnotherTryIsOfNoUse(CloseReason reason, Disconnection why) {
        start();
        awaitStatus(SessionStatus.QR);

        latest().end(reason);

        awaitStatus(SessionStatus.DISCONNECTED);
        assertThat(session.store.views.getLast().disconnection()).isEqualTo(why);
        session.timers.advance(Duration.ofDays(1));
        assertThat(session.whatsApp.connections(session.id)).hasSize(1);
    }

    @Test
    void waitsForTheEndOfAPassingBan() {
        online();
        Instant until = session.timers.instant().plus(Duration.ofHours(5));

        latest().temporarilyBanned(until);
        latest().end(CloseReason.RESTRICTED);

        awaitStatus(SessionStatus.DISCONNECTED);
        assertThat(session.store.views.getLast().disconnection()).isEqualTo(Disconnection.RESTRICTED);
        assertThat(session.store.views.getLast().until()).isEqualTo(until);
        session.timers.advance(Duration.ofHours(5).minusSeconds(1));
        assertThat(session.whatsApp.connections(session.id)).hasSize(1);
        session.timers.advance(Duration.ofMinutes(10));
        awaitConnections(2);
        awaitStatus(SessionStatus.CONNECTED);
    }

    @Test
    void showsUntilWhenNoNewChatsMayBeBegun() {
        online();
        Instant until = session.timers.instant().plus(Duration.ofHours(5));

        latest().restricted(Optional.of(until));
        awaitRestriction(until);
        assertThat(session.store.views.getLast().status()).isEqualTo(SessionStatus.CONNECTED);

        latest().end(CloseReason.NETWORK);
        awaitStatus(SessionStatus.CONNECTING);
        awaitRestriction(until);
        session.timers.advance(Duration.ofMinutes(10));
        awaitConnections(2);
        awaitStatus(SessionStatus.CONNECTED);

        latest().restricted(Optional.empty());
        awaitRestriction(null);
    }

    @Test
    void aRestrictionIsShownByTheNextWorkerAndNotOfAnotherAccount() {
        session.store.credentials.put(session.id, FakeConnection.credentials("k"));
        Instant until = session.timers.instant().plus(Duration.ofHours(5));

        connection.start(session.restrictedRecord(until), false);
        awaitStatus(SessionStatus.CONNECTED);
        assertThat(session.store.views.getLast().newChatsRestrictedUntil()).isEqualTo(until);

        latest().end(CloseReason.LOGGED_OUT);
        awaitStatus(SessionStatus.DISCONNECTED);
        assertThat(session.store.views.getLast().newChatsRestrictedUntil()).isNull();
    }

    private void awaitRestriction(@Nullable Instant until) {
        await().atMost(PATIENCE).untilAsserted(() -> {
            session.timers.advance(Duration.ofMillis(1));
            assertThat(session.store.views.getLast().newChatsRestrictedUntil()).isEqualTo(until);
        });
    }

    @Test
    void waitsForTheEndOfAPassingBanOnAnotherWorkerToo() {
        session.store.credentials.put(session.id, FakeConnection.credentials("k"));
        SessionRecord record = session.record(
                SessionStatus.DISCONNECTED,
                Disconnection.RESTRICTED,
                session.timers.instant().plus(Duration.ofHours(2)));

        connection.start(record, false);

        session.timers.advance(Duration.ofHours(2).minusSeconds(1));
        assertThat(session.whatsApp.connections(session.id)).isEmpty();
        session.timers.advance(Duration.ofMinutes(10));
        awaitConnections(1);
    }

    @Test
    void aLockedAccountKeepsItsCredentials() {
        online();

        latest().end(CloseReason.LOCKED);

        awaitStatus(SessionStatus.DISCONNECTED);
        assertThat(session.store.views.getLast().disconnection()).isEqualTo(Disconnection.LOCKED);
        session.timers.advance(Duration.ofDays(1));
        assertThat(session.whatsApp.connections(session.id)).hasSize(1);
        assertThat(session.store.credentials).isNotEmpty();
    }

    @Test
    void connectsAgainByItselfWhenTheVersionRises() {
        online();
        latest().end(CloseReason.CLIENT_OUTDATED);
        awaitStatus(SessionStatus.DISCONNECTED);
        session.timers.advance(Duration.ofDays(1));
        assertThat(session.whatsApp.connections(session.id)).hasSize(1);

        session.versions.raise(new ClientVersion(2, 3000, 2));

        session.timers.advance(Duration.ofMinutes(10));
        awaitConnections(2);
        awaitStatus(SessionStatus.CONNECTED);
    }

    @Test
    void aVersionThatRoseWhileTheOldOneWasRefusedIsTriedAtOnce() {
        online();
        session.versions.raise(new ClientVersion(2, 3000, 2));

        latest().end(CloseReason.CLIENT_OUTDATED);

        await().atMost(PATIENCE).untilAsserted(() -> {
            session.timers.advance(Duration.ofMinutes(1));
            assertThat(session.whatsApp.connections(session.id)).hasSize(2);
        });
    }

    @Test
    void staysDisconnectedOverAHandOverWhenItHasNoCredentials() {
        connection.start(session.record(SessionStatus.DISCONNECTED, Disconnection.LOGGED_OUT), false);
        session.timers.advance(Duration.ofDays(1));

        assertThat(session.whatsApp.connections(session.id)).isEmpty();
        assertThat(connection.awaitReady(session.timers.instant()))
                .isEqualTo(new ConnectionAccess.Readiness.Unavailable(FailureCode.LOGGED_OUT));
    }

    @Test
    void reconnectUnlinksDropsTheCredentialsAndPairsAnew() {
        online();
        FakeConnection old = latest();

        assertThat(connection.pairAnew()).isTrue();

        assertThat(old.isUnlinked()).isTrue();
        assertThat(session.store.credentials).isEmpty();
        awaitConnections(2);
        assertThat(latest().request().credentials()).isNull();
        awaitStatus(SessionStatus.QR);
    }

    @Test
    void aConnectionThatWasGivenUpCannotBringItsCredentialsBack() {
        online();
        FakeConnection old = latest();
        connection.pairAnew();
        awaitConnections(2);

        assertThatThrownBy(() -> old.saveDirectly(FakeConnection.credentials("late")))
                .hasMessageContaining("given up");
        assertThat(session.store.credentials).isEmpty();
    }

    /** A message that is still being prepared on an old connection, or two of them would use the same Signal session. */
    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void aConnectionThatIsOverStoresNoRecords(boolean byItself) {
        online();
        FakeConnection old = latest();
        old.request().records().save(Map.of("a", new byte[] {1}));

        if (byItself) {
            old.end(CloseReason.NETWORK);
            awaitStatus(SessionStatus.CONNECTING);
            session.timers.advance(Duration.ofMinutes(10));
        } else {
            connection.pairAnew();
        }
        awaitConnections(2);

        assertThatThrownBy(() -> old.request().records().save(Map.of("a", new byte[] {2})))
                .hasMessageContaining("given up");
        assertThat(latest().request().records().load(List.of("a")).values())
                .as("what was stored before stays, unless the device is another one")
                .containsExactlyElementsOf(byItself ? List.of(new byte[] {1}) : List.of());
    }

    @Test
    void doesNotConfirmCredentialsThatNobodyKeeps() {
        start();
        awaitStatus(SessionStatus.QR);
        session.store.records.clear();

        assertThatThrownBy(() -> latest().saveDirectly(FakeConnection.credentials("k")))
                .hasMessageContaining("does not exist any more");

        session.store.away = true;
        assertThatThrownBy(() -> latest().saveDirectly(FakeConnection.credentials("k")))
                .hasMessageContaining("away");
        assertThat(session.store.credentials).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    @ExpectErrors(logger = "dev.merpati.worker.connection", message = "cannot be read")
    void unreadableCredentialsAreAStateAndNotAnEndlessRetry(boolean inTheConnector) {
        session.store.credentials.put(session.id, FakeConnection.credentials("k"));
        UnreadableCredentialsException unreadable = new UnreadableCredentialsException("cut off", null);
        if (inTheConnector) {
            session.whatsApp.whenOpened(_ -> {
                throw unreadable;
            });
        } else {
            session.store.unreadableCredentials = unreadable;
        }

        start();

        awaitStatus(SessionStatus.DISCONNECTED);
        assertThat(session.store.views.getLast().disconnection()).isEqualTo(Disconnection.CREDENTIALS_UNREADABLE);
        session.timers.advance(Duration.ofDays(1));
        assertThat(session.store.credentials)
                .as("a key put back makes them readable again")
                .isNotEmpty();
        assertThat(session.store.confirmations).hasValue(1);
    }

    @Test
    @ExpectErrors(logger = "dev.merpati.worker.connection", message = "cannot be stored")
    void aStatusThatCanNeverBeStoredIsNotTriedForEver() {
        session.store.unwritableStatus = new IllegalStateException("WRONGTYPE");
        start();
        session.timers.advance(Duration.ofMinutes(2));
        int failures = session.store.statusFailures.get();
        session.timers.advance(Duration.ofMinutes(2));

        assertThat(session.store.statusFailures).hasValue(failures);
        assertThat(failures).isBetween(2, 50);

        session.store.unwritableStatus = null;
        session.whatsApp.scan(session.id);
        awaitStatus(SessionStatus.CONNECTED);
    }

    @Test
    void opensNoConnectionWhenANewerOwnerHasTheShard() {
        online();
        session.store.taken = true;

        latest().end(CloseReason.REPLACED);
        await().atMost(PATIENCE).until(() -> !latest().isOpen());
        session.timers.advance(Duration.ofHours(1));

        assertThat(session.whatsApp.connections(session.id)).hasSize(1);
    }

    @Test
    void waitsForRedisAndThenShowsTheLatestStatus() {
        start();
        awaitStatus(SessionStatus.QR);
        session.store.away = true;
        session.whatsApp.latest(session.id).online(FakeWhatsApp.PHONE);
        await().atMost(PATIENCE)
                .until(() ->
                        connection.awaitReady(session.timers.instant()) instanceof ConnectionAccess.Readiness.Ready);
        session.timers.advance(Duration.ofMinutes(1));
        assertThat(session.store.views.getLast().status()).isEqualTo(SessionStatus.QR);

        session.store.away = false;

        session.timers.advance(Duration.ofMinutes(1));
        assertThat(session.store.views.getLast().status()).isEqualTo(SessionStatus.CONNECTED);
    }

    @Test
    void closesForTheNextOwnerAndShowsNothingMore() {
        online();
        int shown = session.store.views.size();

        connection.close(Duration.ofSeconds(5));

        assertThat(latest().isAborted()).isFalse();
        session.timers.advance(Duration.ofHours(1));
        assertThat(session.store.views).hasSize(shown);
        assertThat(session.whatsApp.open()).isEmpty();
        assertThat(connection.awaitReady(session.timers.instant())).isEqualTo(new ConnectionAccess.Readiness.Moving());
    }

    @Test
    void afterABreakOfRedisOnlyWhatWasStoredLatelyIsStoredAgain() {
        online();
        SessionRecords records = latest().request().records();
        records.save(Map.of("long ago", new byte[1]));
        session.timers.advance(Duration.ofHours(1));
        TestLeases.confirm(session.lease, session.timers::nanoTime);

        breakRedis();
        assertThat(session.store.credentials).isEmpty();
        assertThat(records.load(List.of("long ago"))).isEmpty();

        latest().saveDirectly(FakeConnection.credentials("new"));
        records.save(Map.of("lately", new byte[1]));
        session.timers.advance(Duration.ofSeconds(5));

        breakRedis();
        assertThat(session.store.credentials).containsKey(session.id);
        assertThat(records.load(List.of("lately"))).containsKey("lately");
    }

    /** It comes back without all that was stored. */
    private void breakRedis() {
        session.store.credentials.clear();
        session.store.besides.clear();
        TestLeases.proven(session.lease);
        connection.storeAgain();
    }

    @Test
    void abortClosesTheSocketAndWritesNothing() {
        online();
        session.store.credentials.clear();
        int shown = session.store.views.size();

        connection.abort();
        session.timers.advance(Duration.ofHours(1));

        assertThat(latest().isAborted()).isTrue();
        assertThat(session.store.credentials).isEmpty();
        assertThat(session.store.views).hasSize(shown);
    }

    private void online() {
        start();
        awaitStatus(SessionStatus.QR);
        session.whatsApp.scan(session.id);
        awaitStatus(SessionStatus.CONNECTED);
    }

    private void start() {
        connection.start(session.record(SessionStatus.CONNECTING, null), false);
        session.timers.advance(Duration.ofMillis(1));
    }

    private boolean isRetryPlanned() {
        double planned = session.meters.find("merpati.worker.session.reconnects").counters().stream()
                .mapToDouble(Counter::count)
                .sum();
        return planned == session.whatsApp.connections(session.id).size();
    }

    private FakeConnection latest() {
        return session.whatsApp.latest(session.id);
    }

    private void awaitConnections(int count) {
        await().atMost(PATIENCE).until(() -> {
            session.timers.advance(Duration.ofMillis(1));
            return session.whatsApp.connections(session.id).size() == count;
        });
    }

    private void awaitStatus(SessionStatus status) {
        await().atMost(PATIENCE).until(() -> {
            session.timers.advance(Duration.ofMillis(1));
            return !session.store.views.isEmpty()
                    && session.store.views.getLast().status() == status;
        });
    }

    private List<SessionStatus> statusesOf() {
        return session.store.views.stream().map(SessionView::status).toList();
    }
}
