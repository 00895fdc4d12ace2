package dev.merpati.worker.cobalt.query;

import static org.assertj.core.api.Assertions.assertThat;

import dev.merpati.worker.cobalt.account.Account;
import dev.merpati.worker.cobalt.address.Address;
import dev.merpati.worker.cobalt.address.Namespace;
import dev.merpati.worker.whatsapp.InMemoryRecords;
import it.auties.whatsapp.model.node.Attributes;
import it.auties.whatsapp.model.node.Node;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What is made of the answers to queries about users. */
class UserDirectoryTest {
    private static final Deadline DEADLINE = Deadline.in(Duration.ofMinutes(1));
    private static final Address SELF = Address.ofNumber("628000000001").withDevice(3);
    private static final Address LID = Address.ofLid("83671001");

    private final Account account = new Account(new InMemoryRecords());
    private final FakeServer server = new FakeServer();
    private final UserDirectory users =
            new UserDirectory(new IqClient(server, Duration.ofSeconds(30)), SELF, account.traits(), account.lids());

    /** The server lists companions that were never linked completely (whatsmeow {@code parseDeviceList}). */
    @Test
    void aCompanionWithoutAKeyIndexIsNone() throws Exception {
        server.answers(_ -> told(device(0), device(2).put("key-index", "1"), device(4)));

        assertThat(users.devicesOf(List.of(LID), DEADLINE)).containsExactly(LID, LID.withDevice(2));
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void aHostedDeviceIsInANamespaceOfItsOwn(boolean hidden) throws Exception {
        Address user = hidden ? LID : Address.ofNumber("628111222333");
        server.answers(_ -> told(user, device(99).put("key-index", "1").put("is_hosted", "true")));

        assertThat(users.devicesOf(List.of(user), DEADLINE))
                .containsExactly(new Address(hidden ? Namespace.HOSTED_LID : Namespace.HOSTED, user.user(), 99));
    }

    @Test
    void devicesAreAskedForOnceUntilTheyChange() throws Exception {
        server.answers(_ -> told(device(0)));
        users.devicesOf(List.of(LID), DEADLINE);
        users.devicesOf(List.of(LID), DEADLINE);
        assertThat(server.asked("usync")).hasSize(1);

        users.forget(LID);
        server.answers(_ -> told(device(0), device(2).put("key-index", "1")));

        assertThat(users.devicesOf(List.of(LID), DEADLINE)).hasSize(2);
    }

    /** The answer may be of before the change. */
    @Test
    void anAnswerThatWasUnderWayWhenDevicesChangedIsNotKept() throws Exception {
        server.answers(_ -> {
            users.forget(LID);
            return told(device(0));
        });
        assertThat(users.devicesOf(List.of(LID), DEADLINE)).containsExactly(LID);

        server.answers(_ -> told(device(0), device(2).put("key-index", "1")));

        assertThat(users.devicesOf(List.of(LID), DEADLINE)).containsExactly(LID, LID.withDevice(2));
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void aMigratedAccountAsksForHiddenIds(boolean migrated) {
        account.traits().migrated(migrated);

        users.checkNumbers(List.of("628111222333"), DEADLINE);

        assertThat(server.asked("usync"))
                .singleElement()
                .satisfies(query -> assertThat(query.findChild("usync")
                                .flatMap(usync -> usync.findChild("query"))
                                .flatMap(asked -> asked.findChild("contact"))
                                .orElseThrow()
                                .attributes()
                                .hasValue("addressing_mode", "lid"))
                        .isEqualTo(migrated));
    }

    private static Attributes device(int id) {
        return Attributes.of().put("id", String.valueOf(id));
    }

    private static Node told(Attributes... devices) {
        return told(LID, devices);
    }

    private static Node told(Address user, Attributes... devices) {
        List<Node> list = List.of(devices).stream()
                .map(device -> Node.of("device", device))
                .toList();
        Node told = Node.of(
                "user", Attributes.of().put("jid", user.toJid()), Node.of("devices", Node.of("device-list", list)));
        return FakeServer.result(Node.of("usync", Node.of("list", told)));
    }
}
