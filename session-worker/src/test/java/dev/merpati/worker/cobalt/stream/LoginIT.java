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
import java.util.Collections;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

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
