package dev.merpati.worker.cobalt.receive;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.merpati.worker.cobalt.account.Account;
import dev.merpati.worker.whatsapp.InMemoryRecords;
import dev.merpati.worker.whatsapp.IncomingReceipt;
import dev.merpati.worker.whatsapp.IncomingReceipt.Kind;
import it.auties.whatsapp.model.jid.Jid;
import it.auties.whatsapp.model.node.Attributes;
import it.auties.whatsapp.model.node.Node;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class InboundReceiptsTest {
    private static final Duration LONG = Duration.ofSeconds(30);
    private static final String OWN = "628000000001";
    private static final Jid OTHER = Jid.of("628000000002@s.whatsapp.net");

    private final List<Node> sent = new CopyOnWriteArrayList<>();
    private final List<IncomingReceipt> taken = new CopyOnWriteArrayList<>();
    private final AtomicInteger overflows = new AtomicInteger();
    private volatile Consumer<IncomingReceipt> gate = _ -> {};
    private final Account account = new Account(new InMemoryRecords());
    private final InboundReceipts receipts = new InboundReceipts(
            OWN,
            account.traits(),
            account.lids(),
            new StanzaReplies(sent::add),
            receipt -> {
                gate.accept(receipt);
                taken.add(receipt);
            },
            overflows::incrementAndGet);

    @ParameterizedTest
    @CsvSource({", DELIVERED", "delivery, DELIVERED", "inactive, DELIVERED", "read, READ", "played, PLAYED"})
    void tellsHowFarAMessageCame(@Nullable String type, Kind kind) {
        assertThat(InboundReceipts.kind(receipt(type, OTHER))).contains(kind);
    }

    @ParameterizedTest
    @ValueSource(strings = {"retry", "sender", "read-self", "hist_sync", "peer_msg", "server-error"})
    void otherReceiptsAreAcknowledgedAndTellNothingOfTheRecipient(String type) {
        receipts.received(receipt(type, OTHER));

        awaitAcknowledged(1);
        assertThat(taken).isEmpty();
        assertThat(InboundReceipts.asksForRetry(receipt(type, OTHER))).isEqualTo("retry".equals(type));
    }

    @Test
    void isTakenAndThenAcknowledged() {
        Node list = Node.of("list", Node.of("item", Map.of("id", "B")), Node.of("item", Map.of("id", "A")));
        account.lids().put("628000000002", "77");

        receipts.received(Node.of(
                "receipt",
                Attributes.of()
                        .put("id", "A")
                        .put("from", OTHER)
                        .put("type", "read")
                        .put("t", "1700000000"),
                list));

        awaitAcknowledged(1);
        assertThat(taken).singleElement().satisfies(receipt -> {
            assertThat(receipt.kind()).isEqualTo(Kind.READ);
            assertThat(receipt.messageIds()).containsExactly("A", "B");
            assertThat(receipt.recipient().phoneNumber()).isEqualTo("628000000002");
            assertThat(receipt.origin()).isEqualTo("628000000002@s.whatsapp.net");
            assertThat(receipt.at()).isEqualTo(Instant.ofEpochSecond(1_700_000_000));
        });
        assertThat(sent.getFirst().attributes().toMap())
                .containsEntry("class", "receipt")
                .containsEntry("id", "A")
                .containsEntry("type", "read");
    }

    /** Else the account's own phone would seem to have read what somebody wrote to it. */
    @Test
    void whatTheOwnPhoneHasReadSaysNothingOfASentMessage() {
        account.traits().ownLid("99");

        receipts.received(receipt("read", Jid.of(OWN + "@s.whatsapp.net")));
        receipts.received(receipt("read", Jid.of("99@lid")));
        receipts.received(receipt("read", Jid.of("1203630@g.us")));

        awaitAcknowledged(3);
        assertThat(taken).isEmpty();
    }

    @Test
    void isNotAcknowledgedBeforeTheListenerHasIt() {
        AtomicInteger failures = new AtomicInteger(2);
        List<Integer> acknowledgedMeanwhile = new CopyOnWriteArrayList<>();
        gate = _ -> {
            acknowledgedMeanwhile.add(sent.size());
            if (failures.getAndDecrement() > 0) {
                throw new IllegalStateException("not now");
            }
        };

        receipts.received(receipt("read", OTHER));

        awaitAcknowledged(1);
        assertThat(taken).hasSize(1);
        assertThat(acknowledgedMeanwhile).containsExactly(0, 0, 0);
    }

    @Test
    void isLeftToTheNextConnectionWhenThisOneEndsFirst() {
        CountDownLatch offered = new CountDownLatch(1);
        gate = _ -> {
            offered.countDown();
            throw new IllegalStateException("never");
        };
        receipts.received(receipt("read", OTHER));
        await().atMost(LONG).until(() -> offered.getCount() == 0);

        receipts.close();
        receipts.received(receipt("read", OTHER));

        await().atMost(LONG).until(receipts::hasRoom);
        assertThat(sent).isEmpty();
    }

    @Test
    void boundedlyManyWaitAndThoseThatAreDroppedAreNotAcknowledged() {
        CountDownLatch release = new CountDownLatch(1);
        gate = _ -> {
            try {
                release.await();
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        };
        for (int i = 0; i < 1_200; i++) {
            receipts.received(receipt("read", OTHER));
        }
        assertThat(receipts.hasRoom()).isFalse();

        release.countDown();

        await().atMost(LONG).until(() -> overflows.get() == 1);
        assertThat(taken).hasSize(1_000);
        assertThat(sent).hasSize(1_000);
    }

    private void awaitAcknowledged(int count) {
        await().atMost(LONG).until(() -> sent.size() >= count);
        assertThat(sent).hasSize(count).allMatch(node -> node.hasDescription("ack"));
    }

    private static Node receipt(@Nullable String type, Jid from) {
        Attributes attributes = Attributes.of().put("id", "A").put("from", from);
        return Node.of("receipt", attributes.put("type", type, type != null));
    }
}
