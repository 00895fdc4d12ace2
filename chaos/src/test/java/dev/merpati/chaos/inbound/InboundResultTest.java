package dev.merpati.chaos.inbound;

import static org.assertj.core.api.Assertions.assertThat;

import dev.merpati.chaos.ledger.Written;
import dev.merpati.chaos.ledger.Written.Kind;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

class InboundResultTest {
    private static final JsonMapper JSON = JsonMapper.builder().build();
    private static final String PEER = "628111";

    private final Inbox first = new Inbox("a");
    private final Inbox second = new Inbox("b");
    private final Written toFirst = written("a", "3A1");
    private final Written toSecond = written("b", "3A2");

    private record Inbox(String session, EventLog delivered, EventLog polled) implements TenantInbox {
        Inbox(String session) {
            this(session, new EventLog(), new EventLog());
            polled.add("0", "session.status", session, JSON.createObjectNode().put("status", "connected"));
        }

        @Override
        public Set<String> sessions() {
            return Set.of(session);
        }
    }

    @Test
    void allIsGoodWhenEachTenantGotItsOwnOnBothWays() {
        arrive(first, toFirst);
        arrive(second, toSecond);
        first.delivered().add(toFirst.messageId(), "message.received", "a", data(toFirst));

        InboundResult result = result();

        assertThat(result.findings()).isEmpty();
        assertThat(result.isGood()).isTrue();
        assertThat(result.written()).isEqualTo(2);
        assertThat(result.delivered()).isEqualTo(2);
        assertThat(result.polled()).isEqualTo(2);
        assertThat(result.repeats()).isEqualTo(1);
        assertThat(result.medians()).hasSize(2);
    }

    @Test
    void whatIsMissingOnOneWayIsLost() {
        arrive(first, toFirst);
        second.polled().add("1", "message.received", "b", data(toSecond));

        InboundResult result = result();

        assertThat(result.isGood()).isFalse();
        assertThat(result.lost()).isEqualTo(1);
        assertThat(result.findings()).singleElement().asString().startsWith("at the endpoint: LOST");
    }

    @Test
    void whatCameToAnotherTenantIsFound() {
        arrive(first, toFirst);
        arrive(second, toSecond);
        arrive(second, toFirst);

        assertThat(result().findings())
                .hasSize(2)
                .allSatisfy(finding -> assertThat(finding).contains("nobody wrote"));
    }

    @Test
    void theLastStatusMustBeTheTrueOne() {
        arrive(first, toFirst);
        arrive(second, toSecond);
        second.polled().add("9", "session.status", "b", JSON.createObjectNode().put("status", "connecting"));

        assertThat(result().findings()).singleElement().asString().contains("said connecting");
    }

    private InboundResult result() {
        return InboundResult.of(List.of(toFirst, toSecond), Map.of(), List.of(PEER), List.of(first, second));
    }

    private static void arrive(Inbox inbox, Written one) {
        inbox.delivered().add(one.messageId(), "message.received", one.session(), data(one));
        inbox.polled().add(one.messageId(), "message.received", one.session(), data(one));
    }

    private static ObjectNode data(Written one) {
        return JSON.createObjectNode()
                .put("messageId", one.messageId())
                .put("from", PEER)
                .put("chat", PEER)
                .put("messageType", "text")
                .put("text", one.content());
    }

    private static Written written(String session, String messageId) {
        long now = System.nanoTime();
        return new Written(Kind.TEXT, session, "551199", PEER, messageId, "hello", null, now, now);
    }
}
