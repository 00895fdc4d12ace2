package dev.merpati.worker.event;

import static org.assertj.core.api.Assertions.assertThat;

import dev.merpati.model.event.Event;
import dev.merpati.model.event.EventCodec;
import dev.merpati.model.event.EventData;
import dev.merpati.worker.media.TestReceived;
import dev.merpati.worker.whatsapp.IncomingContent;
import dev.merpati.worker.whatsapp.IncomingContent.Edit;
import dev.merpati.worker.whatsapp.IncomingContent.Text;
import dev.merpati.worker.whatsapp.IncomingMessage;
import dev.merpati.worker.whatsapp.IncomingMessage.Party;
import dev.merpati.worker.whatsapp.IncomingReceipt;
import java.time.Instant;
import java.util.Collections;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What tenants get to see of messages and receipts, to the letter. */
class MessageEventsTest {
    private static final UUID SESSION = UUID.fromString("00000000-0000-0000-0000-000000000001");
    private static final Party BUDI = new Party("628111", "77", 3);
    private static final Party HIDDEN = new Party(null, "78", 0);
    private static final Party ME = new Party("628999", "99", 0);
    private static final Instant AT = Instant.parse("2026-11-27T10:00:00Z");

    @Test
    void aTextIsAReceivedMessage() {
        Event event = event(message("A", BUDI, false, null, new Text("Halo")));

        assertThat(event.type()).isEqualTo("message.received");
        assertThat(event.timestamp()).isEqualTo(AT);
        assertThat(event.sessionId()).isEqualTo(SESSION);
        assertThat(event.tenantId()).isEqualTo("tenant");
        assertThat(event.data())
                .hasToString("{\"messageId\":\"A\",\"from\":\"628111\",\"chat\":\"628111\",\"chatType\":\"user\","
                        + "\"pushName\":\"Budi\",\"messageType\":\"text\",\"text\":\"Halo\","
                        + "\"sentAt\":\"2026-11-27T10:00:00Z\"}");
    }

    @Test
    void whatTheOwnPhoneWroteIsASentMessageInTheOthersChat() {
        Event event = event(message("A", BUDI, true, null, new Text("Halo")));

        assertThat(event.type()).isEqualTo("message.sent");
        assertThat(event.data().path("from").asString()).isEqualTo("628999");
        assertThat(event.data().path("chat").asString()).isEqualTo("628111");
    }

    @Test
    void whoIsHiddenIsNamedByTheHiddenId() {
        assertThat(event(message("A", HIDDEN, false, null, new Text("Halo")))
                        .data()
                        .path("from")
                        .asString())
                .isEqualTo("78@lid");
    }

    @Test
    void aFileIsNamedAsItCanBeAskedFor() {
        IncomingContent.Media image = TestReceived.image();

        Event event = MessageEvents.of(
                "tenant",
                SESSION,
                message("A", BUDI, false, null, image),
                new EventData.Media("id", "image/jpeg", 1_234, "holiday.jpg", "ab", null, false));

        assertThat(event.data().path("messageType").asString()).isEqualTo("image");
        assertThat(event.data().path("caption").asString()).isEqualTo("a caption");
        assertThat(event.data().path("media"))
                .hasToString("{\"id\":\"id\",\"mimeType\":\"image/jpeg\",\"size\":1234,\"fileName\":\"holiday.jpg\","
                        + "\"sha256\":\"ab\",\"viewOnce\":false}");
        assertThat(event.data().has("text")).isFalse();
    }

    @Test
    void theQuotedAuthorIsNamedByTheNumberWhereThatIsKnown() {
        assertThat(quoted("628111:4@s.whatsapp.net")).hasToString("{\"messageId\":\"Q\",\"from\":\"628111\"}");
        assertThat(quoted("77@lid")).hasToString("{\"messageId\":\"Q\",\"from\":\"628111\"}");
        assertThat(quoted("99:2@lid")).hasToString("{\"messageId\":\"Q\",\"from\":\"99@lid\"}");
        assertThat(quoted(null)).hasToString("{\"messageId\":\"Q\"}");
    }

    private static Object quoted(@Nullable String participant) {
        return event(message("A", BUDI, false, new IncomingMessage.Quoted("Q", participant), new Text("re")))
                .data()
                .path("quoted");
    }

    @Test
    void whatConcernsAnotherMessageIsAnEventOfItsOwn() {
        Event reaction = event(message("A", BUDI, false, null, new IncomingContent.Reaction("T", "👍")));
        assertThat(reaction.type()).isEqualTo("message.reaction");
        assertThat(reaction.data())
                .hasToString("{\"messageId\":\"T\",\"from\":\"628111\",\"chat\":\"628111\",\"fromMe\":false,"
                        + "\"emoji\":\"👍\",\"sentAt\":\"2026-11-27T10:00:00Z\"}");

        Event edit = event(message("B", BUDI, true, null, new Edit("T", new Text("new"))));
        assertThat(edit.type()).isEqualTo("message.edited");
        assertThat(edit.data())
                .hasToString("{\"messageId\":\"T\",\"from\":\"628999\",\"chat\":\"628111\",\"fromMe\":true,"
                        + "\"text\":\"new\",\"editedAt\":\"2026-11-27T10:00:00Z\"}");
        assertThat(event(message("B", BUDI, true, null, new Edit("T", TestReceived.image())))
                        .data()
                        .path("caption")
                        .asString())
                .isEqualTo("a caption");

        Event revoke = event(message("C", BUDI, false, null, new IncomingContent.Revoke("T")));
        assertThat(revoke.type()).isEqualTo("message.deleted");
        assertThat(revoke.data())
                .hasToString("{\"messageId\":\"T\",\"from\":\"628111\",\"chat\":\"628111\",\"fromMe\":false,"
                        + "\"deletedAt\":\"2026-11-27T10:00:00Z\"}");
    }

    @Test
    void nothingIsLeftOutSinceNobodyKnowsIt() {
        Event event = event(message("A", BUDI, false, null, new IncomingContent.Unsupported(99)));

        assertThat(event.type()).isEqualTo("message.received");
        assertThat(event.data().path("messageType").asString()).isEqualTo("unsupported");
    }

    @Test
    void placesContactsAndPollsAreToldInFull() {
        assertThat(event(message("A", BUDI, false, null, new IncomingContent.Location(1.5, -2.5, "n", null, true)))
                        .data()
                        .path("location"))
                .hasToString("{\"latitude\":1.5,\"longitude\":-2.5,\"name\":\"n\",\"live\":true}");
        assertThat(event(message("A", BUDI, false, null, contacts(1, "vcard")))
                        .data()
                        .path("contacts"))
                .hasToString("[{\"name\":\"contact 0\",\"vcard\":\"vcard\"}]");
        assertThat(event(message("A", BUDI, false, null, new IncomingContent.Poll("q", List.of("a", "b"), 1)))
                        .data()
                        .path("poll"))
                .hasToString("{\"question\":\"q\",\"options\":[\"a\",\"b\"],\"selectable\":1}");
    }

    private static IncomingContent.Contacts contacts(int count, String vcard) {
        return new IncomingContent.Contacts(Collections.nCopies(count, vcard).stream()
                .map(each -> new IncomingContent.Contact("contact " + (count - 1), each))
                .toList());
    }

    /** A record that is larger than Kafka takes would come again for ever, and hold up all that follows. */
    @ParameterizedTest
    @ValueSource(strings = {"€", "\"", "\u0001"})
    void whatIsTooLongIsCutSoThatEveryEventFitsInARecord(String each) {
        String endless = each.repeat(2_000_000);
        List<IncomingContent> all = List.of(
                new Text(endless),
                new Edit("T", new Text(endless)),
                new IncomingContent.Reaction(endless, endless),
                new IncomingContent.Location(1, 2, endless, endless, false),
                contacts(1, endless),
                contacts(3_000, each.repeat(1_000)),
                new IncomingContent.Contacts(
                        Collections.nCopies(500, new IncomingContent.Contact(endless, each.repeat(200)))),
                new IncomingContent.Poll(endless, Collections.nCopies(5_000, endless), 0));
        for (IncomingContent content : all) {
            IncomingMessage message = new IncomingMessage(
                    endless,
                    "from x",
                    BUDI,
                    BUDI,
                    false,
                    endless,
                    AT,
                    false,
                    new IncomingMessage.Quoted(endless, endless),
                    content,
                    new byte[0]);
            assertThat(EventCodec.encode(event(message)).length)
                    .as(content.kind())
                    .isLessThan(900_000);
        }
    }

    @Test
    void aCutDividesNoCharacter() {
        String text = event(message("A", BUDI, false, null, new Text("x" + "😀".repeat(60_000))))
                .data()
                .path("text")
                .asString();

        assertThat(text).hasSize(99_999);
        assertThat(Character.isLowSurrogate(text.charAt(text.length() - 1))).isTrue();
    }

    @Test
    void aContactKeepsItsNumbersWhenItsPictureIsTooLarge() {
        String vcard = "BEGIN:VCARD\r\nFN:Budi\r\nPHOTO;BASE64:" + "A".repeat(200_000) + "\r\n BBBB\r\nTEL:+628\r\n";

        assertThat(event(message("A", BUDI, false, null, contacts(1, vcard)))
                        .data()
                        .path("contacts")
                        .path(0)
                        .path("vcard")
                        .asString())
                .isEqualTo("BEGIN:VCARD\r\nFN:Budi\r\nTEL:+628\r\n");
    }

    @Test
    void theSameMessageHasTheSameKeyWhateverIsKnownOfItsSenderMeanwhile() {
        IncomingMessage first = message("A", HIDDEN, false, null, new Text("Halo"));
        IncomingMessage again = new IncomingMessage(
                "A", first.origin(), BUDI, BUDI, false, "Budi", AT, true, null, new Text("Halo"), new byte[0]);

        assertThat(event(again).key()).isEqualTo(event(first).key());
    }

    @Test
    void differentHappeningsHaveDifferentKeys() {
        Set<String> keys = new HashSet<>();
        List<IncomingMessage> all = List.of(
                message("A", BUDI, false, null, new Text("x")),
                message("B", BUDI, false, null, new Text("x")),
                message("A", HIDDEN, false, null, new Text("x")),
                message("A", BUDI, true, null, new Text("x")),
                message("A", BUDI, false, null, new IncomingContent.Revoke("x")),
                message("A", BUDI, false, null, new IncomingContent.Reaction("x", "")),
                message("A", BUDI, false, null, new Edit("x", new Text("x"))));
        all.forEach(message -> keys.add(event(message).key()));
        keys.add(MessageEvents.of("tenant", UUID.randomUUID(), all.getFirst(), null)
                .key());

        assertThat(keys).hasSize(all.size() + 1);
        assertThat(keys).noneMatch(key -> key.contains("628111"));
    }

    @Test
    void aReceiptIsAnEventForEachMessage() {
        IncomingReceipt read =
                new IncomingReceipt(IncomingReceipt.Kind.READ, List.of("A", "B"), BUDI, "628111@s.whatsapp.net", AT);

        List<Event> events = MessageEvents.of("tenant", SESSION, read);

        assertThat(events).extracting(Event::type).containsOnly("message.status");
        assertThat(events.getFirst().data())
                .hasToString("{\"messageId\":\"A\",\"status\":\"read\",\"recipient\":\"628111\"}");
        assertThat(events.getLast().data().path("messageId").asString()).isEqualTo("B");
        assertThat(MessageEvents.of("tenant", SESSION, read)).isEqualTo(events);
    }

    @Test
    void eachThingThatIsToldOfAMessageHasAKeyOfItsOwn() {
        Set<String> keys = new HashSet<>();
        for (IncomingReceipt.Kind kind : IncomingReceipt.Kind.values()) {
            for (String recipient : List.of("1@s.whatsapp.net", "2@s.whatsapp.net")) {
                MessageEvents.of("tenant", SESSION, new IncomingReceipt(kind, List.of("A", "B"), BUDI, recipient, AT))
                        .forEach(event -> keys.add(event.key()));
            }
        }
        assertThat(keys).hasSize(3 * 2 * 2);
    }

    private static Event event(IncomingMessage message) {
        return MessageEvents.of("tenant", SESSION, message, null);
    }

    private static IncomingMessage message(
            String id, Party other, boolean fromMe, IncomingMessage.@Nullable Quoted quoted, IncomingContent content) {
        return new IncomingMessage(
                id,
                (fromMe ? "to " : "from ") + other.lid(),
                other,
                fromMe ? ME : other,
                fromMe,
                "Budi",
                AT,
                false,
                quoted,
                content,
                new byte[0]);
    }
}
