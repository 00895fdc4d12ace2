package dev.merpati.chaos.inbound;

import static org.assertj.core.api.Assertions.assertThat;

import dev.merpati.chaos.ledger.Written;
import dev.merpati.chaos.ledger.Written.Kind;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

class InboundJudgeTest {
    private static final JsonMapper JSON = JsonMapper.builder().build();
    private static final String SESSION = "b45e05b2-34a3-4dd9-80da-564550a79e10";
    private static final String OTHER_SESSION = "5c1a2b4e-95a1-4d0c-8f0e-7d5f3c1a0b3f";
    private static final String ACCOUNT = "551199";
    private static final String PEER = "628111";
    private static final String CONTENT = "the content";
    private static final String FILE = "00ff";

    private final EventLog log = new EventLog();

    @ParameterizedTest
    @EnumSource
    void whatTheTenantGotAsItWasWrittenIsDelivered(Kind kind) {
        Written one = written(kind, "3A1");

        arrives("1", one);

        assertThat(judge(one).of(one)).isEqualTo(InboundVerdict.DELIVERED);
        assertThat(judge(one).neverWritten(List.of(PEER))).isEmpty();
        assertThat(judge(one).delay(one))
                .hasValueSatisfying(delay -> assertThat(delay).isPositive());
    }

    @ParameterizedTest
    @EnumSource
    void whatTheTenantDidNotGetIsLost(Kind kind) {
        Written one = written(kind, "3A1");

        arrives("1", written(kind, "3A2"));

        assertThat(judge(one).of(one)).isEqualTo(InboundVerdict.LOST);
        assertThat(judge(one).delay(one)).isEmpty();
    }

    @Test
    void anEditIsNotTheMessageThatItChanges() {
        Written text = written(Kind.TEXT, "3A1");
        Written edit = written(Kind.EDIT, "3A1");

        arrives("1", text);
        assertThat(judge(text, edit).of(edit)).isEqualTo(InboundVerdict.LOST);

        arrives("2", edit);
        assertThat(judge(text, edit).all())
                .containsOnlyKeys(text, edit)
                .allSatisfy((_, verdict) -> assertThat(verdict).isEqualTo(InboundVerdict.DELIVERED));
    }

    @ParameterizedTest
    @EnumSource
    void twoIdsAreADuplicate(Kind kind) {
        Written one = written(kind, "3A1");

        arrives("1", one);
        arrives("2", one);

        assertThat(judge(one).of(one)).isEqualTo(InboundVerdict.DUPLICATED);
    }

    @Test
    void aRepeatUnderTheSameIdIsNoDuplicateAndIsCounted() {
        Written one = written(Kind.TEXT, "3A1");

        arrives("1", one);
        arrives("1", one);

        assertThat(judge(one).of(one)).isEqualTo(InboundVerdict.DELIVERED);
        assertThat(judge(one).repeats(one)).isEqualTo(1);
        assertThat(log.takeFindings()).isEmpty();
    }

    @Test
    void twoEventsUnderOneIdAreAFinding() {
        arrives("1", written(Kind.TEXT, "3A1"));
        arrives("1", written(Kind.TEXT, "3A2"));

        assertThat(log.takeFindings()).singleElement().asString().contains("under the id 1 came two events");
    }

    @ParameterizedTest
    @CsvSource({
        "message.sent,     session, 628111, 628111, text,  the content",
        "message.received, other,   628111, 628111, text,  the content",
        "message.received, session, 628222, 628111, text,  the content",
        "message.received, session, 628111, 628222, text,  the content",
        "message.received, session, 628111, 628111, image, the content",
        "message.received, session, 628111, 628111, text,  the conten",
        "message.received, session, 628111, 628111, text,  the content.",
    })
    void anotherTypeSessionSenderChatKindOrContentIsMisdelivered(
            String type, String session, String from, String chat, String messageType, String text) {
        Written one = written(Kind.TEXT, "3A1");

        ObjectNode data = JSON.createObjectNode()
                .put("messageId", "3A1")
                .put("from", from)
                .put("chat", chat)
                .put("messageType", messageType)
                .put("text", text);
        log.add("1", type, session.equals("session") ? SESSION : OTHER_SESSION, data);

        assertThat(judge(one).of(one)).isEqualTo(InboundVerdict.MISDELIVERED);
    }

    @Test
    void anotherFileIsMisdelivered() {
        Written one = written(Kind.FILE, "3A1");
        ObjectNode data = data(one);
        data.putObject("media").put("sha256", "ff00");

        log.add("1", "message.received", SESSION, data);

        assertThat(judge(one).of(one)).isEqualTo(InboundVerdict.MISDELIVERED);
    }

    @ParameterizedTest
    @EnumSource(
            value = Kind.class,
            names = {"EDIT", "REACTION"})
    void anotherContentOfAChangeIsMisdelivered(Kind kind) {
        Written one = written(kind, "3A1");
        ObjectNode data = data(one);
        data.put("text", "x").put("emoji", "x");

        log.add("1", kind.eventType(), SESSION, data);

        assertThat(judge(one).of(one)).isEqualTo(InboundVerdict.MISDELIVERED);
    }

    @Test
    void whatWasOnItsWayBeforeTheNextWasBegunMustComeBeforeIt() {
        Written first = written("3A1", SESSION, 0, 1);
        Written second = written("3A2", SESSION, 2, 3);
        Written third = written("3A3", SESSION, 4, 5);

        arrives("1", third);
        arrives("2", first);
        arrives("3", second);

        assertThat(judge(first, second, third).all())
                .isEqualTo(Map.of(
                        first, InboundVerdict.OVERTAKEN,
                        second, InboundVerdict.OVERTAKEN,
                        third, InboundVerdict.DELIVERED));
    }

    @Test
    void aSwapOfTwoIsFoundAlsoWhenTheClockOverflows() {
        Written first = written("3A1", SESSION, Long.MAX_VALUE - 1, Long.MAX_VALUE);
        Written second = written("3A2", SESSION, Long.MIN_VALUE, Long.MIN_VALUE + 1);

        arrives("1", second);
        arrives("2", first);

        assertThat(judge(first, second).of(first)).isEqualTo(InboundVerdict.OVERTAKEN);
        assertThat(judge(first, second).of(second)).isEqualTo(InboundVerdict.DELIVERED);
    }

    @Test
    void whatWasUnderWayAtTheSameTimeOrIsOfAnotherSessionMayComeInAnyOrder() {
        Written first = written("3A1", SESSION, 0, 2);
        Written sameTime = written("3A2", SESSION, 1, 3);
        Written elsewhere = written("3A3", OTHER_SESSION, 4, 5);

        arrives("1", elsewhere);
        arrives("2", sameTime);
        arrives("3", first);

        assertThat(judge(first, sameTime, elsewhere).all().values()).containsOnly(InboundVerdict.DELIVERED);
    }

    @Test
    void theOrderThatCountsIsThatOfTheFirstArrivals() {
        Written first = written("3A1", SESSION, 0, 1);
        Written second = written("3A2", SESSION, 2, 3);

        arrives("1", first);
        arrives("2", second);
        arrives("1", first);

        assertThat(judge(first, second).all().values()).containsOnly(InboundVerdict.DELIVERED);
    }

    @Test
    void whatTheTenantLostItselfMayComeLateButMustCome() {
        Written first = written("3A1", SESSION, 0, 1);
        Written second = written("3A2", SESSION, 2, 3);

        log.addLost("1");
        arrives("2", second);
        assertThat(judge(first, second).of(first)).isEqualTo(InboundVerdict.LOST);

        arrives("1", first);
        assertThat(judge(first, second).all().values()).containsOnly(InboundVerdict.DELIVERED);
    }

    @Test
    void findsWhatNobodyWrote() {
        Written one = written(Kind.TEXT, "3A1");
        arrives("1", one);
        arrives("2", written(Kind.TEXT, "3A2"));
        arrives("3", written(Kind.REACTION, "3A1"));

        assertThat(judge(one).neverWritten(List.of(PEER)))
                .hasSize(2)
                .anySatisfy(found -> assertThat(found).contains("3A2"))
                .anySatisfy(found -> assertThat(found).contains("message.reaction"));
        assertThat(judge(one).neverWritten(List.of("628222"))).isEmpty();
    }

    @Test
    void knowsTheStatusThatCameLast() {
        log.add("1", "session.status", SESSION, JSON.createObjectNode().put("status", "connecting"));
        log.add("2", "session.status", SESSION, JSON.createObjectNode().put("status", "connected"));
        log.add("1", "session.status", SESSION, JSON.createObjectNode().put("status", "connecting"));

        assertThat(log.lastStatus(SESSION)).contains("connected");
        assertThat(log.lastStatus(OTHER_SESSION)).isEmpty();
    }

    private InboundJudge judge(Written... written) {
        return new InboundJudge(List.of(written), log);
    }

    /** An event that says what was written. */
    private void arrives(String id, Written one) {
        log.add(id, one.kind().eventType(), one.session(), data(one));
    }

    private static ObjectNode data(Written one) {
        ObjectNode data = JSON.createObjectNode()
                .put("messageId", one.messageId())
                .put("from", one.kind() == Kind.OWN_TEXT ? ACCOUNT : PEER)
                .put("chat", PEER);
        switch (one.kind()) {
            case TEXT, OWN_TEXT -> data.put("messageType", "text").put("text", CONTENT);
            case FILE ->
                data.put("messageType", "document")
                        .put("caption", CONTENT)
                        .putObject("media")
                        .put("sha256", FILE);
            case EDIT -> data.put("text", CONTENT);
            case REACTION -> data.put("emoji", CONTENT);
        }
        return data;
    }

    private static Written written(Kind kind, String messageId) {
        long now = System.nanoTime();
        return written(kind, messageId, SESSION, now, now, kind == Kind.FILE ? FILE : null);
    }

    private static Written written(String messageId, String session, long begunAt, long doneAt) {
        return written(Kind.TEXT, messageId, session, begunAt, doneAt, null);
    }

    private static Written written(
            Kind kind, String messageId, String session, long begunAt, long doneAt, @Nullable String file) {
        return new Written(kind, session, ACCOUNT, PEER, messageId, CONTENT, file, begunAt, doneAt);
    }
}
