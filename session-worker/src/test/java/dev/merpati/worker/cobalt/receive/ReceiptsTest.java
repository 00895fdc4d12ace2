package dev.merpati.worker.cobalt.receive;

import static org.assertj.core.api.Assertions.assertThat;

import dev.merpati.model.outcome.Receipt;
import it.auties.whatsapp.model.node.Attributes;
import it.auties.whatsapp.model.node.Node;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ReceiptsTest {

    @ParameterizedTest
    @CsvSource({", DELIVERED", "delivery, DELIVERED", "inactive, DELIVERED", "read, READ", "played, READ"})
    void tellsHowFarAMessageCame(@Nullable String type, Receipt receipt) {
        assertThat(Receipts.of(receipt(type))).contains(receipt);
    }

    @ParameterizedTest
    @ValueSource(strings = {"retry", "sender", "read-self", "hist_sync", "peer_msg", "server-error"})
    void otherReceiptsTellNothingOfTheRecipient(String type) {
        assertThat(Receipts.of(receipt(type))).isEmpty();
        assertThat(Receipts.asksForRetry(receipt(type))).isEqualTo("retry".equals(type));
    }

    @Test
    void oneReceiptCanBeAboutSeveralMessages() {
        Node list = Node.of("list", Node.of("item", Map.of("id", "B")), Node.of("item", Map.of("id", "A")));

        assertThat(Receipts.messageIds(Node.of("receipt", Map.of("id", "A"), list)))
                .containsExactly("A", "B");
    }

    private static Node receipt(@Nullable String type) {
        Attributes attributes = Attributes.of().put("id", "A");
        return Node.of("receipt", attributes.put("type", type, type != null));
    }
}
