package dev.merpati.worker.cobalt.send;

import static org.assertj.core.api.Assertions.assertThat;

import dev.merpati.worker.cobalt.account.Account;
import dev.merpati.worker.cobalt.address.Address;
import dev.merpati.worker.cobalt.query.Deadline;
import dev.merpati.worker.cobalt.query.FakeServer;
import dev.merpati.worker.cobalt.query.IqClient;
import dev.merpati.worker.cobalt.query.Recipient;
import dev.merpati.worker.whatsapp.InMemoryRecords;
import dev.merpati.worker.whatsapp.SendResult;
import it.auties.whatsapp.model.node.Attributes;
import it.auties.whatsapp.model.node.Node;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What WhatsApp leaves out when it locks an account out of new chats, and what else it says. */
class NewChatLimitsTest {
    private static final Deadline DEADLINE = Deadline.in(Duration.ofMinutes(1));
    private static final Recipient STRANGER = new Recipient("628111222333", "83671001");

    private final Instant now = Instant.now().truncatedTo(ChronoUnit.SECONDS);
    private final Account account = new Account(new InMemoryRecords());
    private final FakeServer server = new FakeServer();
    private final List<Optional<Instant>> told = new ArrayList<>();
    private final NewChatLimits limits = new NewChatLimits(
            new IqClient(server, Duration.ofSeconds(30)), NewChatQueries.DEFAULT, account, () -> now, told::add);

    @Test
    void aLockWithoutAnEndLastsAMinute() {
        limits.notified(lock("{\"is_active\":true}"));

        assertThat(forbidden()).contains(new SendResult.Restricted(now.plusSeconds(60)));
        assertThat(told).containsExactly(Optional.of(now.plusSeconds(60)));
    }

    @Test
    void aLockThatIsLiftedForbidsNothing() {
        limits.notified(lock("{\"is_active\":true,\"time_enforcement_ends\":\"%d\"}"
                .formatted(now.plusSeconds(600).getEpochSecond())));
        assertThat(forbidden()).contains(new SendResult.Restricted(now.plusSeconds(600)));

        limits.notified(lock("{\"is_active\":false}"));

        assertThat(forbidden()).isEmpty();
        assertThat(told).last().isEqualTo(Optional.empty());
    }

    /** A clock that differs, or no answer: the account is capped all the same. */
    @ParameterizedTest
    @ValueSource(
            strings = {"{\"cycle_end_timestamp\":\"1700000000\"}", "{\"cycle_end_timestamp\":\"0\"}", "{}", "none"})
    void aCapWhoseCycleHasNoEndToComeLastsAnHour(String info) {
        server.answers(_ -> "none".equals(info)
                ? FakeServer.error(500)
                : FakeServer.result(
                        Node.of("result", bytes("{\"data\":{\"xwa2_message_capping_info\":%s}}".formatted(info)))));

        SendResult result = limits.capped(DEADLINE);

        assertThat(result).isEqualTo(new SendResult.Restricted(now.plusSeconds(3600)));
        assertThat(forbidden()).contains(result);
    }

    @Test
    void aChatThatThereIsGoesOnAndOneWithoutATokenIsNotTriedTwice() {
        assertThat(limits.missingToken(STRANGER, Optional.empty(), DEADLINE)).isEqualTo(new SendResult.Refused(463));
        assertThat(forbidden()).contains(new SendResult.Refused(463));
        assertThat(limits.forbid(STRANGER, Optional.of(Node.of("tctoken", bytes("x")))))
                .isEmpty();

        limits.notified(lock("{\"is_active\":true}"));
        Recipient known = new Recipient("628111222444", null);
        account.chats().add(Address.ofNumber("628111222444"));
        assertThat(limits.forbid(known, Optional.empty())).isEmpty();
    }

    private Optional<SendResult> forbidden() {
        return limits.forbid(STRANGER, Optional.empty());
    }

    private static Node lock(String state) {
        byte[] json = bytes("{\"data\":{\"xwa2_notify_account_reachout_timelock\":%s}}".formatted(state));
        return Node.of(
                "notification",
                Attributes.of().put("type", "mex"),
                Node.of("update", Attributes.of().put("op_name", "NotificationUserReachoutTimelockUpdate"), json));
    }

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }
}
