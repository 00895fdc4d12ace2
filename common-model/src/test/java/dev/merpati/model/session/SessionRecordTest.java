package dev.merpati.model.session;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Instant;
import java.util.HashMap;
import java.util.Map;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class SessionRecordTest {
    private static final UUID ID = UUID.fromString("6f1c6a52-9a6c-4a08-8d7a-1f2f2b1e5a77");
    private static final Map<String, String> FRESH = Map.of(
            SessionRecord.TENANT, "acme",
            SessionRecord.NAME, "My Business Account",
            SessionRecord.CREATED_AT, "1767322800000",
            SessionRecord.STATUS, "connecting");

    @Test
    void readsAFreshSession() {
        assertThat(SessionRecord.fromHash(ID, FRESH))
                .isEqualTo(new SessionRecord(
                        ID,
                        "acme",
                        "My Business Account",
                        Instant.ofEpochMilli(1_767_322_800_000L),
                        SessionStatus.CONNECTING,
                        null,
                        null,
                        false,
                        false));
    }

    @Test
    void promisesNothingForAStatusThatOnlyANewerReleaseKnows() {
        Map<String, String> hash = new HashMap<>(FRESH);
        hash.put(SessionRecord.STATUS, "hibernating");

        assertThat(SessionRecord.fromHash(ID, hash))
                .isNotNull()
                .satisfies(session -> assertThat(session.status()).isEqualTo(SessionStatus.CONNECTING));
    }

    @Test
    void readsWhatAWorkerAndADeletionAdd() {
        Map<String, String> hash = new HashMap<>(FRESH);
        hash.put(SessionRecord.STATUS, "disconnected");
        hash.put(SessionRecord.PHONE_NUMBER, "6281111111111");
        hash.put(SessionRecord.DISCONNECTION, "LOGGED_OUT");
        hash.put(SessionRecord.DELETED, "1");
        hash.put(SessionRecord.CONFIRM_BY, "1767322860000");

        assertThat(SessionRecord.fromHash(ID, hash)).isNotNull().satisfies(session -> {
            assertThat(session.status()).isEqualTo(SessionStatus.DISCONNECTED);
            assertThat(session.unconfirmed()).isTrue();
            assertThat(session.phoneNumber()).isEqualTo("6281111111111");
            assertThat(session.disconnection()).isEqualTo(Disconnection.LOGGED_OUT);
            assertThat(session.deleted()).isTrue();
        });
    }

    @Test
    void doesNotExistWhenRedisHasNoSuchKey() {
        assertThat(SessionRecord.fromHash(ID, Map.of())).isNull();
    }

    @ParameterizedTest
    @EnumSource
    void hasAWireNameForEveryStatus(SessionStatus status) {
        assertThat(status.wireName()).isLowerCase();
        assertThat(SessionStatus.ofWireName(status.wireName())).isEqualTo(status);
    }
}
