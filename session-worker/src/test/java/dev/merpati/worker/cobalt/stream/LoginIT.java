package dev.merpati.worker.cobalt.stream;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.merpati.model.whatsapp.ClientVersion;
import dev.merpati.testing.RefusingPort;
import dev.merpati.worker.cobalt.CobaltConnector;
import dev.merpati.worker.cobalt.World;
import dev.merpati.worker.cobalt.account.AbProperty;
import dev.merpati.worker.cobalt.account.AccountTraits;
import dev.merpati.worker.cobalt.account.LidMap;
import dev.merpati.worker.whatsapp.SendResult;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What a client does before and right after it is let in. */
class LoginIT {
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
    void noFrameIsEmpty() {
        try (World.Session session = world.pair()) {
            session.text(World.newMessageId(), World.newNumber(), "a frame that is not empty");

            assertThat(world.control.stat("emptyFrames")).isZero();
        }
    }

    @Test
    void theAccountsHiddenIdAndPropertiesAreKept() {
        try (World.Session session = world.pair()) {
            AccountTraits traits = new AccountTraits(session.records());

            assertThat(traits.ownLid())
                    .hasValueSatisfying(lid -> assertThat(lid).matches("\\d+").isNotEqualTo(session.number()));
            assertThat(traits.isOn(AbProperty.CHATS_MIGRATED)).contains(true);
            assertThat(traits.isMigrated()).isTrue();
            assertThat(traits.isOn(AbProperty.TOKENS_DERIVED)).isEmpty();
        }
    }

    /** Signal sessions with one's own devices are kept under it. */
    @Test
    void theHiddenIdOfTheAccountIsKnownByItsNumber() {
        World.Session paired = world.pair();
        paired.end();
        paired.records().save(Collections.singletonMap("lid:" + paired.number(), null));
        try (World.Session session = world.resume(paired)) {
            assertThat(new LidMap(session.records()).lidOf(session.number()))
                    .isEqualTo(new AccountTraits(session.records()).ownLid());
        }
    }

    @Test
    void aBacklogIsAskedForUntilAllOfItHasCome() {
        World.Session session = world.pair();
        session.end();
        String contact = World.newNumber();
        world.control.addPhone(contact);
        for (int i = 0; i < 12; i++) {
            world.control.write(contact, session.number(), "while you were away");
        }
        await().atMost(World.TIMEOUT).until(() -> world.control.waiting(session.number()) >= 12);

        try (World.Session _ = world.resume(session)) {
            await().atMost(World.TIMEOUT).until(() -> world.control.waiting(session.number()) == 0);
        }
    }

    @Test
    void theNewestVersionIsReadFromWhatsAppsPageOverTheProxy() {
        assertThat(world.connector.newestVersion())
                .hasValueSatisfying(version ->
                        assertThat(version).isGreaterThanOrEqualTo(new ClientVersion(2, 3000, 1_030_000_000)));
    }

    @Test
    void aPageThatCannotBeReachedNamesNoVersion() {
        try (RefusingPort closed = new RefusingPort();
                CobaltConnector elsewhere = new CobaltConnector(world.settings(World.TIMING, closed.number()))) {
            assertThat(elsewhere.newestVersion()).isEmpty();
        }
    }

    @Test
    void aStanzaOfAnotherMessengersUserIsReadAndAcknowledged() {
        try (World.Session session = world.pair()) {
            world.control.notifyFromElsewhere(session.number());

            await().atMost(World.TIMEOUT).until(() -> world.control.waiting(session.number()) == 0);
            assertThat(session.text(World.newMessageId(), World.newNumber(), "the stream goes on"))
                    .isInstanceOf(SendResult.Acknowledged.class);
        }
    }

    /** What the server calls dirty it says at each login until that is cleaned. */
    @ParameterizedTest
    @ValueSource(strings = {"account_sync", "groups", "newsletter_metadata", "syncd_app_state"})
    void aChangeThatTheServerTellsOfIsCleaned(String type) {
        World.Session session = world.pair();
        session.end();
        world.control.dirty(session.number(), type);
        assertThat(dirty(session)).containsExactly(type);

        try (World.Session again = world.resume(session)) {
            await().atMost(World.TIMEOUT).until(() -> dirty(again).isEmpty());
            world.control.dirty(session.number(), type);
            await().atMost(World.TIMEOUT).until(() -> dirty(again).isEmpty());
        }
    }

    /** Nobody told the session of a device more: the list of the account's own ones is asked for again. */
    @Test
    void afterAChangeOfTheAccountItsDevicesAreAskedForAgain() {
        try (World.Session session = world.pair()) {
            String to = World.newNumber();
            assertThat(session.text(World.newMessageId(), to, "before")).isInstanceOf(SendResult.Acknowledged.class);
            long before = world.control.stat("deviceQueries");
            assertThat(session.text(World.newMessageId(), to, "known")).isInstanceOf(SendResult.Acknowledged.class);
            assertThat(world.control.stat("deviceQueries")).isEqualTo(before);

            world.control.dirty(session.number(), "account_sync");
            await().atMost(World.TIMEOUT).until(() -> dirty(session).isEmpty());

            assertThat(session.text(World.newMessageId(), to, "after")).isInstanceOf(SendResult.Acknowledged.class);
            assertThat(world.control.stat("deviceQueries")).isGreaterThan(before);
        }
    }

    private static List<String> dirty(World.Session session) {
        List<String> types = new ArrayList<>();
        world.control.client(session.number()).path("dirty").forEach(type -> types.add(type.asString()));
        return types;
    }

    /** WhatsApp Web names its session by the time since the last Monday but three days, in ms. */
    @Test
    void theSessionHasTheNameThatWhatsAppWebWouldGiveIt() {
        try (World.Session session = world.pair()) {
            await().atMost(World.TIMEOUT)
                    .until(() -> !world.control
                            .client(session.number())
                            .path("unifiedSession")
                            .isNull());
            long name = world.control
                    .client(session.number())
                    .path("unifiedSession")
                    .asLong();
            long week = Duration.ofDays(7).toMillis();
            long now = (System.currentTimeMillis() + Duration.ofDays(3).toMillis()) % week;

            assertThat(Math.floorMod(now - name, week)).isBetween(0L, 60_000L);
        }
    }

    /** A session of a release that knew no hidden ids: nothing but the login tells it its own. */
    @Test
    void theHiddenIdThatOnlyTheLoginTellsIsEnoughToSend() {
        World.Session paired = world.pair();
        String lid = new AccountTraits(paired.records()).ownLid().orElseThrow();
        paired.end();
        Map<String, byte @Nullable []> none = new HashMap<>();
        for (String name : List.of("own-lid", "migrated", "ab-props", "lid:" + paired.number(), "number:" + lid)) {
            none.put(name, null);
        }
        paired.records().save(none);
        long before = world.control.refusalsOf(paired.number()).size();

        try (World.Session session = world.resume(paired)) {
            assertThat(new AccountTraits(session.records()).ownLid()).contains(lid);
            assertThat(new LidMap(session.records()).numberOf(lid)).contains(paired.number());
            await().atMost(World.TIMEOUT).until(() -> new AccountTraits(session.records()).isMigrated());
            String to = World.newNumber();
            String id = World.newMessageId();
            assertThat(session.text(id, to, "Halo")).isInstanceOf(SendResult.Acknowledged.class);
            world.awaitMessage(to, id);
            assertThat(world.control.refusalsOf(paired.number())).hasSize((int) before);
        }
    }

    /** One that is not acknowledged would come at each login, and end the fifth. */
    @Test
    void aStanzaThatCannotBeReadIsRefusedAndTheStreamGoesOn() {
        try (World.Session session = world.pair()) {
            await().atMost(World.TIMEOUT).until(() -> world.control.waiting(session.number()) == 0);
            world.control.notifyUnreadably(session.number());
            assertThat(session.text(World.newMessageId(), World.newNumber(), "the stream goes on"))
                    .isInstanceOf(SendResult.Acknowledged.class);

            await().atMost(World.TIMEOUT).until(() -> world.control.waiting(session.number()) == 0);
            assertThat(session.listener().closed).isEmpty();
        }
    }

    @Test
    void theNextConnectionIsRoutedAsTheServerToldTheLastOne() {
        World.Session session = world.pair();
        await().atMost(World.TIMEOUT)
                .until(() -> session.records().load(List.of("routing-info")).containsKey("routing-info"));
        session.end();
        long before = world.control.stat("routedConnections");

        try (World.Session _ = world.resume(session)) {
            assertThat(world.control.stat("routedConnections")).isEqualTo(before + 1);
        }
    }
}
