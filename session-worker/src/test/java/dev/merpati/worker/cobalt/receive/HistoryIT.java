package dev.merpati.worker.cobalt.receive;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.merpati.worker.cobalt.World;
import dev.merpati.worker.cobalt.account.Account;
import dev.merpati.worker.cobalt.address.Address;
import dev.merpati.worker.whatsapp.IncomingContent;
import dev.merpati.worker.whatsapp.IncomingMessage;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** What the account's phone and its contacts tell a device that was just linked. */
class HistoryIT {

    @Test
    void theHistoryTellsWhoIsWhoTokensAndSaltAndIsNotDeliveredAgain() {
        try (World world = new World()) {
            String number = World.newNumber();
            String contact = World.newNumber();
            world.control.addPhone(number);
            world.control.addPhone(contact);
            world.control.write(contact, number, "before the link");
            world.control.write(number, contact, "answered");

            try (World.Session session = world.pair(world.connector, number)) {
                Account account = new Account(session.records());
                await().atMost(World.TIMEOUT)
                        .until(() -> new Account(session.records())
                                        .lids()
                                        .lidOf(contact)
                                        .isPresent()
                                && new Account(session.records())
                                        .tokens()
                                        .salt()
                                        .isPresent());

                String lid = account.lids().lidOf(contact).orElseThrow();
                assertThat(account.tokens().salt())
                        .hasValueSatisfying(salt -> assertThat(salt).isEqualTo(world.control.salt(number)));
                await().atMost(World.TIMEOUT)
                        .until(() ->
                                new Account(session.records()).tokens().of(lid).isPresent());
                assertThat(account.chats().contains(Address.ofNumber(contact))).isTrue();
                assertThat(session.listener().offered).isEmpty();
                await().atMost(World.TIMEOUT)
                        .until(() -> session.records()
                                .load(List.of("app-state:regular_high"))
                                .containsKey("app-state:regular_high"));
            }
        }
    }

    /** Nothing but the app state has the salt. */
    @Test
    void theAppStateHasTheSaltToo() {
        try (World world = new World();
                World.Session session = world.pair()) {
            await().atMost(World.TIMEOUT)
                    .until(() -> session.records()
                            .load(List.of("app-state:regular_high"))
                            .containsKey("app-state:regular_high"));

            AppStateCollection known = AppStateCollection.of(
                    session.records().load(List.of("app-state:regular_high")).get("app-state:regular_high"));

            assertThat(known.version()).isEqualTo(1);
        }
    }

    /** The state of an account that is older than a day. */
    @Test
    void snapshotsAndPatchesInFilesAreRead() {
        try (World world = new World();
                World.Session session = world.pair()) {
            awaitAppState(session, 1);
            Optional<byte[]> salt = new Account(session.records()).tokens().salt();

            assertThat(world.control.rewriteAppState(session.number())).isEqualTo(2);

            awaitAppState(session, 2);
            session.records().save(Collections.singletonMap("app-state:regular_high", null));
            session.records().save(Collections.singletonMap("nct-salt", null));
            world.control.dirty(session.number(), "syncd_app_state");
            awaitAppState(session, 2);
            assertThat(new Account(session.records()).tokens().salt().orElseThrow())
                    .isEqualTo(salt.orElseThrow())
                    .isEqualTo(world.control.salt(session.number()));
        }
    }

    /** A server that was told that a change is known does not tell it again. */
    @Test
    void aChangeThatCouldNotBeFetchedIsFetchedByTheNextConnection() {
        try (World world = new World();
                World.Session session = world.pair()) {
            awaitAppState(session, 1);
            await().atMost(World.TIMEOUT).until(() -> !isDue(session));
            session.end();
            // As a worker leaves it that dies between the acknowledgement and the query.
            session.records().save(Map.of("app-state-due", new byte[] {1}));
            session.records().save(Collections.singletonMap("app-state:regular_high", null));

            try (World.Session again = world.resume(session)) {
                awaitAppState(again, 1);
                await().atMost(World.TIMEOUT).until(() -> !isDue(again));
            }
        }
    }

    private static boolean isDue(World.Session session) {
        return session.records().load(List.of("app-state-due")).containsKey("app-state-due");
    }

    private static void awaitAppState(World.Session session, int version) {
        await().atMost(World.TIMEOUT)
                .until(() -> AppStateCollection.of(session.records()
                                        .load(List.of("app-state:regular_high"))
                                        .get("app-state:regular_high"))
                                .version()
                        == version);
    }

    @Test
    void aContactWhoWritesGivesItsToken() {
        try (World world = new World();
                World.Session session = world.pair()) {
            String contact = World.newNumber();
            world.control.addPhone(contact);
            String id = world.control.send(contact, Map.of("to", session.number(), "text", "Halo"));
            session.listener().awaitMessage(id);

            await().atMost(World.TIMEOUT).until(() -> {
                Account account = new Account(session.records());
                return account.lids()
                        .lidOf(contact)
                        .flatMap(account.tokens()::of)
                        .isPresent();
            });
        }
    }

    @Test
    void whatThePhoneSendsIsTakenAsTheAccountsOwn() {
        try (World world = new World();
                World.Session session = world.pair()) {
            String contact = World.newNumber();
            world.control.addPhone(contact);

            String id = world.control.send(session.number(), Map.of("to", contact, "text", "from the phone"));

            IncomingMessage message = session.listener().awaitMessage(id);
            assertThat(message.fromMe()).isTrue();
            assertThat(message.chat().phoneNumber()).isEqualTo(contact);
            assertThat(message.content()).isEqualTo(new IncomingContent.Text("from the phone"));
        }
    }

    @Test
    void anAccountThatIsMigratedWhileItIsConnectedIsKnownAsMigrated() {
        try (World world = new World()) {
            String number = World.newNumber();
            world.control.phone(number, Map.of("migrated", false));
            try (World.Session session = world.pair(world.connector, number)) {
                assertThat(new Account(session.records()).traits().isMigrated()).isFalse();

                world.control.phone(number, Map.of("migrated", true));

                await().atMost(World.TIMEOUT)
                        .until(() -> new Account(session.records()).traits().isMigrated());
            }
        }
    }

    @Test
    void aContactWithNewKeysIsWrittenToWithThem() {
        try (World world = new World();
                World.Session session = world.pair()) {
            String contact = World.newNumber();
            session.text(World.newMessageId(), contact, "to the keys of before");
            world.control.reinstall(contact);
            await().atMost(World.TIMEOUT).until(() -> world.control.waiting(session.number()) == 0);

            String id = World.newMessageId();
            session.text(id, contact, "to the new keys");

            assertThat(world.awaitMessage(contact, id).path("copies").asInt()).isEqualTo(1);
            assertThat(world.control.refusals("current-identity")).isZero();
        }
    }
}
