package dev.merpati.worker.cobalt.send;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.merpati.testlogging.ExpectErrors;
import dev.merpati.worker.cobalt.World;
import dev.merpati.worker.cobalt.account.Account;
import dev.merpati.worker.cobalt.account.PrivacyTokens;
import dev.merpati.worker.whatsapp.InMemoryRecords;
import dev.merpati.worker.whatsapp.SendResult;
import dev.merpati.worker.whatsapp.SessionRecords;
import java.time.Duration;
import java.time.Instant;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Tokens, and what WhatsApp does to accounts that write without them. What it refuses is asserted in each test. */
@ExpectErrors(logger = "dev.merpati.simulator.rule.Refusals", always = false)
class NewChatsIT {
    private static World world;

    @BeforeAll
    static void start() {
        world = new World(options -> options.withNewChats(2, Duration.ofMinutes(10), 0));
    }

    @AfterAll
    static void stop() {
        world.close();
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void aMessageToSomebodyWhoTrustsFewCarriesATokenFromTheSalt(boolean migrated) {
        String to = restricted();
        try (World.Session session = pair(migrated)) {
            new PrivacyTokens(session.records()).salt(world.control.salt(session.number()));
            session.end();
            try (World.Session again = world.resume(session)) {
                String id = World.newMessageId();

                assertThat(again.text(id, to, "Halo")).isInstanceOf(SendResult.Acknowledged.class);

                world.awaitMessage(to, id);
                assertThat(world.control.refusalsOf(session.number())).isEmpty();
            }
        }
    }

    /** Each cold message that is refused brings the time-lock nearer. */
    @Test
    void aRecipientWhoWantsATokenIsNotAskedAgainWithoutOne() {
        String to = restricted();
        try (World.Session session = world.pairWithoutHistory()) {
            for (int i = 0; i < 3; i++) {
                assertThat(session.text(World.newMessageId(), to, "Halo")).isEqualTo(new SendResult.Refused(463));
            }
            assertThat(world.control.refusalsOf(session.number())).hasSize(1);
        }
    }

    @Test
    void whileTheAccountIsLockedOutOfNewChatsKnownOnesGoOn() {
        String known = World.newNumber();
        try (World.Session session = world.pairWithoutHistory()) {
            assertThat(session.text(World.newMessageId(), known, "before")).isInstanceOf(SendResult.Acknowledged.class);
            for (int i = 0; i < 2; i++) {
                session.text(World.newMessageId(), restricted(), "cold");
            }

            SendResult locked = session.text(World.newMessageId(), World.newNumber(), "new");
            SendResult open = session.text(World.newMessageId(), known, "known");

            assertThat(locked)
                    .isInstanceOfSatisfying(
                            SendResult.Restricted.class,
                            restricted -> assertThat(restricted.until())
                                    .isBetween(
                                            Instant.now().plusSeconds(500),
                                            Instant.now().plusSeconds(700)));
            assertThat(open).isInstanceOf(SendResult.Acknowledged.class);
            // Nothing is sent to find out: two refusals, and no more.
            assertThat(world.control.refusalsOf(session.number())).hasSize(2);

            session.end();
            try (World.Session again = world.resume(session)) {
                assertThat(again.text(World.newMessageId(), World.newNumber(), "new"))
                        .isInstanceOf(SendResult.Restricted.class);
                assertThat(again.text(World.newMessageId(), known, "known"))
                        .isInstanceOf(SendResult.Acknowledged.class);
                assertThat(world.control.refusalsOf(session.number())).hasSize(2);
            }
        }
    }

    @Test
    void whatWhatsAppTellsOfTheLockCountsAtOnce() {
        try (World.Session session = pair(true)) {
            world.control.timeLock(session.number(), 600);
            await().atMost(World.TIMEOUT)
                    .until(() ->
                            new Account(session.records()).timeLock().until().isPresent());
            assertThat(session.text(World.newMessageId(), World.newNumber(), "new"))
                    .isInstanceOf(SendResult.Restricted.class);

            world.control.timeLock(session.number(), 0);
            await().atMost(World.TIMEOUT)
                    .until(() ->
                            new Account(session.records()).timeLock().until().isEmpty());
            assertThat(session.text(World.newMessageId(), World.newNumber(), "new"))
                    .isInstanceOf(SendResult.Acknowledged.class);
            assertThat(world.control.refusalsOf(session.number())).isEmpty();
        }
    }

    /** A worker that acknowledged first and died then would begin chats that count against the account. */
    @Test
    void whatWhatsAppTellsOfTheLockIsAcknowledgedWhenItIsStored() {
        String number = World.newNumber();
        InMemoryRecords stored = new InMemoryRecords();
        AtomicBoolean away = new AtomicBoolean();
        SessionRecords records = new SessionRecords() {
            @Override
            public Map<String, byte[]> load(Collection<String> names) {
                return stored.load(names);
            }

            @Override
            public void save(Map<String, byte @Nullable []> changes) {
                if (away.get() && changes.containsKey("time-lock")) {
                    throw new IllegalStateException("the store is away");
                }
                stored.save(changes);
            }
        };
        world.control.addPhone(number);
        World.Session session = world.open(world.connector, number, null, records);
        world.control.scan(number, session.listener().awaitQrCode().text());
        session.listener().awaitConnected();
        await().atMost(World.TIMEOUT).until(() -> world.control.waiting(number) == 0);
        away.set(true);
        world.control.timeLock(number, 600);
        // The next notification is handled after it, and acknowledged.
        world.control.addDevice(number);
        await().atMost(World.TIMEOUT).until(() -> world.control.waiting(number) == 1);
        session.end();
        assertThat(world.control.waiting(number)).isEqualTo(1);

        away.set(false);
        try (World.Session again = world.resume(session)) {
            await().atMost(World.TIMEOUT)
                    .until(() -> new Account(stored).timeLock().until().isPresent());
            await().atMost(World.TIMEOUT).until(() -> world.control.waiting(number) == 0);
            assertThat(again.text(World.newMessageId(), World.newNumber(), "new"))
                    .isInstanceOf(SendResult.Restricted.class);
        }
    }

    /** Others write to the account only with a token of it. */
    @Test
    void aRecipientIsGivenATokenOnceAWeek() {
        String to = World.newNumber();
        try (World.Session session = pair(true);
                World.Session recipient = world.pair(world.connector, to)) {
            assertThat(session.text(World.newMessageId(), to, "Halo")).isInstanceOf(SendResult.Acknowledged.class);
            Account account = new Account(session.records());
            await().atMost(World.TIMEOUT)
                    .until(() -> account.lids().lidOf(to).isPresent()
                            && new PrivacyTokens(session.records())
                                    .issuedTo(account.lids().lidOf(to).orElseThrow())
                                    .isPresent());
            assertThat(recipient.number()).isEqualTo(to);
        }
    }

    /** Retry receipts come hours later, to another worker. */
    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void aMessageIsSentAgainAfterARestart(boolean migrated) {
        String to = World.newNumber();
        try (World.Session session = pair(migrated)) {
            String id = World.newMessageId();
            assertThat(session.text(id, to, "Halo")).isInstanceOf(SendResult.Acknowledged.class);
            world.awaitMessage(to, id);
            await().atMost(World.TIMEOUT)
                    .until(() -> !session.records().load(List.of("sent:" + id)).isEmpty());
            session.end();
            try (World.Session _ = world.resume(session)) {
                world.control.askAgain(to, id);

                await().atMost(World.TIMEOUT)
                        .until(() -> world.awaitMessage(to, id).path("copies").asInt() == 2);
                assertThat(world.control.refusalsOf(session.number())).isEmpty();
            }
        }
    }

    @Test
    void aMessageIsSentAgainFiveTimesAtMost() {
        String to = World.newNumber();
        try (World.Session session = pair(true)) {
            assertThat(session.text(World.newMessageId(), to, "before")).isInstanceOf(SendResult.Acknowledged.class);
            world.control.fault("retry-receipt", session.number(), 10, Map.of());
            String id = World.newMessageId();
            assertThat(session.text(id, to, "never readable")).isInstanceOf(SendResult.Acknowledged.class);
            // The sixth copy: the first and five more.
            await().atMost(World.TIMEOUT).until(() -> world.control.stat("messages") >= 6);
            world.control.endFaults();
            assertThat(world.control.refusalsOf(session.number())).isEmpty();
        }
    }

    private static String restricted() {
        String number = World.newNumber();
        world.control.addPhone(number);
        world.control.change(number, "restricted", true);
        return number;
    }

    private static World.Session pair(boolean migrated) {
        String number = World.newNumber();
        world.control.addPhone(number);
        world.control.change(number, "migrated", migrated);
        return world.pair(world.connector, number);
    }
}
