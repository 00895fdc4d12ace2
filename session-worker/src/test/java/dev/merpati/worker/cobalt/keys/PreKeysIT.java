package dev.merpati.worker.cobalt.keys;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.merpati.worker.cobalt.CobaltConnector;
import dev.merpati.worker.cobalt.CobaltSettings;
import dev.merpati.worker.cobalt.World;
import dev.merpati.worker.whatsapp.Credentials;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** What WhatsApp is given of a device's pre-keys, and when. */
class PreKeysIT {
    private static final int BATCH = World.PRE_KEYS.batch();
    private static World world;

    @BeforeAll
    static void start() {
        world = new World();
    }

    @AfterAll
    static void stop() {
        world.close();
    }

    @Test
    void aBatchIsUploadedOnceAndComparedAfterEachLogin() {
        World.Session paired = world.pair();
        assertThat(preKeysOf(paired)).isEqualTo(BATCH);
        await().atMost(World.TIMEOUT).until(() -> verifiedHash(paired).length == 20);
        paired.connection().abort();

        // With what was stored before the first login was complete.
        try (World.Session resumed =
                world.resume(paired.number(), paired.listener().saved.getFirst())) {
            assertThat(preKeysOf(resumed)).isEqualTo(BATCH);
        }
    }

    @Test
    void moreAreUploadedWhenFewAreLeft() {
        try (World.Session session = world.pair()) {
            for (int i = 0; i < BATCH - 10; i++) {
                writeFromSomebodyNew(session);
            }

            await().atMost(World.TIMEOUT).until(() -> preKeysOf(session) == 10 + BATCH);
            writeFromSomebodyNew(session);
            await().atMost(World.TIMEOUT)
                    .until(() -> session.listener().messages.size() == BATCH - 9);
        }
    }

    /** Nobody was there when WhatsApp said that few were left. */
    @Test
    void moreAreUploadedAtTheNextLogin() {
        World.Session session = world.pair();
        session.end();
        for (int i = 0; i < BATCH + 1; i++) {
            writeFromSomebodyNew(session);
        }
        await().atMost(World.TIMEOUT).until(() -> preKeysOf(session) == 0);

        try (World.Session resumed = world.resume(session)) {
            await().atMost(World.TIMEOUT)
                    .until(() -> resumed.listener().messages.size() == BATCH + 1);
            assertThat(preKeysOf(resumed)).isEqualTo(BATCH);
        }
    }

    @Test
    void theSignedKeyIsRenewedInTimeAndMessagesGoOn() {
        World.Session session = world.pair();
        int before = signedPreKeyOf(session);
        writeFromSomebodyNew(session);
        await().atMost(World.TIMEOUT).until(() -> session.listener().messages.size() == 1);
        await().atMost(World.TIMEOUT).until(() -> verifiedHash(session).length == 20);
        session.end();

        try (CobaltConnector quick = with(new CobaltSettings.PreKeys(BATCH, Duration.ofMillis(1)));
                World.Session next =
                        world.open(quick, session.number(), session.listener().credentials())) {
            next.listener().awaitConnected();
            await().atMost(World.TIMEOUT).until(() -> signedPreKeyOf(next) == before + 1);
            writeFromSomebodyNew(next);
            await().atMost(World.TIMEOUT).until(() -> next.listener().messages.size() == 1);
            await().atMost(World.TIMEOUT).until(() -> state(next).signed().candidate() == null);
            assertThat(state(next).signed().current().id()).isEqualTo(before + 1);
        }
        // With the credentials of the pairing: which key is current is in no credentials.
        Credentials first = session.listener().saved.getFirst();
        try (World.Session last = world.resume(session.number(), first)) {
            writeFromSomebodyNew(last);
            await().atMost(World.TIMEOUT).until(() -> last.listener().messages.size() == 1);
        }
    }

    @Test
    void whatWhatsAppHasAndWeHaveNotIsReplacedAndMessagesOnItAreAskedForAgain() {
        World.Session session = world.pair();
        await().atMost(World.TIMEOUT).until(() -> verifiedHash(session).length == 20);
        session.end();
        Map<String, byte @Nullable []> lost = new HashMap<>();
        for (String name : List.of("pre-key-state", "pre-keys:0")) {
            lost.put(name, null);
        }
        session.records().save(lost);

        try (World.Session next = world.resume(session)) {
            await().atMost(World.TIMEOUT).until(() -> preKeysOf(next) == 2 * BATCH);
            writeFromSomebodyNew(next);
            await().atMost(World.TIMEOUT).until(() -> next.listener().messages.size() == 1);
        }
    }

    private static CobaltConnector with(CobaltSettings.PreKeys preKeys) {
        CobaltSettings usual = world.settings(World.TIMING);
        return new CobaltConnector(new CobaltSettings(
                usual.clientVersion(),
                usual.proxy(),
                usual.caCertificate(),
                usual.timing(),
                usual.uploads(),
                usual.newChatQueries(),
                preKeys));
    }

    private static void writeFromSomebodyNew(World.Session session) {
        String somebody = World.newNumber();
        world.control.addPhone(somebody);
        world.control.write(somebody, session.number(), "Halo");
    }

    private static int preKeysOf(World.Session session) {
        return world.control.client(session.number()).path("preKeys").asInt();
    }

    private static int signedPreKeyOf(World.Session session) {
        return world.control.client(session.number()).path("signedPreKey").asInt();
    }

    private static byte[] verifiedHash(World.Session session) {
        return state(session).check().verifiedHash();
    }

    private static PreKeyState state(World.Session session) {
        return PreKeyState.decode(Objects.requireNonNull(
                session.records().load(List.of(PreKeyState.RECORD)).get(PreKeyState.RECORD)));
    }
}
