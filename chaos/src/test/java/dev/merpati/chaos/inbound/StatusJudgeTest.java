package dev.merpati.chaos.inbound;

import static org.assertj.core.api.Assertions.assertThat;

import dev.merpati.chaos.ledger.Draft;
import dev.merpati.chaos.ledger.KnownOutcome;
import dev.merpati.chaos.ledger.Message;
import dev.merpati.chaos.ledger.Verdict;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.json.JsonMapper;

class StatusJudgeTest {
    private static final JsonMapper JSON = JsonMapper.builder().build();
    private static final String ID = "3EB0A";

    private final EventLog log = new EventLog();

    @Test
    void whatWasSentAndDeliveredMustHaveBeenSaid() {
        assertThat(findings(new KnownOutcome.Sent(ID), Verdict.DELIVERED)).hasSize(2);

        says("1", "sent", "session");
        assertThat(findings(new KnownOutcome.Sent(ID), Verdict.DELIVERED))
                .containsExactly("no event says that the message 3EB0A was delivered");

        says("2", "delivered", "session");
        says("2", "delivered", "session");
        assertThat(findings(new KnownOutcome.Sent(ID), Verdict.DELIVERED)).isEmpty();
    }

    @Test
    void nothingNeedBeSaidOfWhatIsNotKnown() {
        assertThat(findings(new KnownOutcome.Unknown("504"), Verdict.DELIVERED)).isEmpty();
        assertThat(findings(new KnownOutcome.Refused("expired"), Verdict.NOT_DELIVERED))
                .isEmpty();
    }

    @Test
    void aSecondIdAnotherSessionAndAFailureAreFindings() {
        says("1", "sent", "session");
        says("2", "sent", "session");
        says("3", "delivered", "another");
        says("4", "failed", "session");

        assertThat(findings(new KnownOutcome.Sent(ID), Verdict.DELIVERED))
                .hasSize(3)
                .anySatisfy(finding -> assertThat(finding).contains("under 2 ids"))
                .anySatisfy(finding -> assertThat(finding).contains("another session"))
                .anySatisfy(finding -> assertThat(finding).contains("failed, and the API"));
    }

    private void says(String id, String status, String session) {
        log.add(
                id,
                "message.status",
                session,
                JSON.createObjectNode().put("messageId", ID).put("status", status));
    }

    private List<String> findings(KnownOutcome outcome, Verdict verdict) {
        Message message = new Message(
                new Draft("session", "551199", "628111", "content", null),
                Instant.EPOCH,
                Instant.EPOCH,
                Instant.EPOCH,
                1,
                outcome,
                List.of());
        return new StatusJudge(log).findings(Map.of(message, verdict));
    }
}
