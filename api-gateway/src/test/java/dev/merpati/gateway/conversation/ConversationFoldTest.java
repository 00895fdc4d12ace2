package dev.merpati.gateway.conversation;

import static org.assertj.core.api.Assertions.assertThat;

import dev.merpati.gateway.conversation.ChatMessage.Author;
import dev.merpati.gateway.conversation.ChatMessage.Preview;
import dev.merpati.gateway.message.RecentMessages;
import dev.merpati.model.event.Event;
import dev.merpati.model.event.EventData;
import dev.merpati.model.event.EventId;
import dev.merpati.model.event.StoredEvent;
import java.time.Instant;
import java.util.List;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ConversationFoldTest {
    private static final UUID SESSION = UUID.randomUUID();
    private static final Instant START = Instant.parse("2026-11-27T10:00:00Z");
    private static final String BUDI = "6281111";
    private static final String SITI = "6282222";
    private static final String ME = "6289999";

    private final ConversationFold fold = new ConversationFold();
    private int seconds;

    @Test
    void sortsMessagesIntoChatsInTheOrderOfTheirEvents() {
        received(BUDI, "A1", "one");
        received(SITI, "A2", "two");
        phoneSent(BUDI, "A3", "three");

        assertThat(fold.chats()).extracting(Chat::id).containsExactly(BUDI, SITI);
        assertThat(messages(BUDI)).extracting(ChatMessage::text).containsExactly("one", "three");
        assertThat(messages(BUDI)).extracting(ChatMessage::author).containsExactly(Author.OTHER, Author.PHONE);
        assertThat(chat(BUDI).name()).isEqualTo("name of " + BUDI);
        assertThat(chat(BUDI).label()).isEqualTo("+" + BUDI);
    }

    @Test
    void showsWhatWasSentThroughTheApiWithItsFateAndNothingElse() {
        status("3EB0AA", "delivered", BUDI); // A receipt can be faster than the outcome.
        status("3EB0AA", "sent", BUDI);
        status("3EB0BB", "sent", BUDI);
        status("3EB0BB", "read", BUDI);
        status("3EB0BB", "delivered", BUDI);
        add(new EventData.MessageStatus("3EB0CC", "failed", BUDI, new EventData.Failure("rejected", "refused", 463)));

        assertThat(messages(BUDI)).extracting(ChatMessage::status).containsExactly("delivered", "read", "failed");
        assertThat(messages(BUDI)).allSatisfy(message -> {
            assertThat(message.author()).isEqualTo(Author.API);
            assertThat(message.kind()).isEqualTo("api");
            assertThat(message.text()).isNull();
            assertThat(message.key()).isEqualTo(message.messageId());
        });
        assertThat(messages(BUDI).getLast().failure()).isEqualTo(new ChatMessage.Failure("rejected", "refused"));
    }

    @Test
    void showsNoFateOfMessagesThatWereNotRead() {
        status("OLD", "read", BUDI);

        assertThat(fold.chats()).isEmpty();
    }

    @Test
    void aMessageThatHasArrivedHasNotFailed() {
        add(new EventData.MessageStatus("3EB0AA", "failed", BUDI, new EventData.Failure("unknown", "maybe", null)));
        status("3EB0AA", "delivered", BUDI);

        assertThat(messages(BUDI).getFirst().status()).isEqualTo("delivered");
        assertThat(messages(BUDI).getFirst().failure()).isNull();
    }

    @Test
    void addsWhatTheSessionWasAskedToSendAndHasNotSentYet() {
        received(BUDI, "A1", "one");
        status("3EB0AA", "sent", BUDI);

        fold.addSends(
                List.of(
                        send("3EB0BB", START.plusSeconds(60), false, "queued"),
                        send("3EB0AA", START, true, "sending"),
                        send("3EB0OLD", START.minusSeconds(1), false, "sent")),
                START);

        assertThat(messages(BUDI)).extracting(ChatMessage::kind).containsExactly("text", "api_file", "api");
        assertThat(messages(BUDI)).extracting(ChatMessage::status).containsExactly(null, "sent", "queued");
    }

    @Test
    void appliesEditsDeletionsAndReactions() {
        received(BUDI, "A1", "one");
        received(BUDI, "A2", "two");
        phoneSent(BUDI, "A3", "three");
        add(new EventData.Edited("A1", BUDI, BUDI, false, "uno", null, START));
        add(new EventData.Deleted("A2", BUDI, BUDI, false, START));
        add(new EventData.Reaction("A3", BUDI, BUDI, false, "👍", START));
        add(new EventData.Reaction("A1", BUDI, BUDI, false, "😀", START));
        add(new EventData.Reaction("A1", ME, BUDI, true, "❤", START));
        add(new EventData.Reaction("A1", BUDI, BUDI, false, "", START));

        List<ChatMessage> messages = messages(BUDI);
        assertThat(messages).hasSize(3);
        assertThat(messages.get(0).text()).isEqualTo("uno");
        assertThat(messages.get(0).edited()).isTrue();
        assertThat(messages.get(0).reactions()).containsExactly(new ChatMessage.Reaction("❤", ME));
        assertThat(messages.get(1).deleted()).isTrue();
        assertThat(messages.get(1).text()).isNull();
        assertThat(messages.get(2).reactions()).containsExactly(new ChatMessage.Reaction("👍", BUDI));
    }

    @Test
    void letsNobodyChangeWhatSomebodyElseWrote() {
        received(BUDI, "A1", "one");
        phoneSent(BUDI, "A2", "two");
        status("3EB0AA", "sent", BUDI);
        add(new EventData.Edited("A1", SITI, BUDI, false, "forged", null, START));
        add(new EventData.Edited("A2", BUDI, BUDI, false, "forged", null, START));
        add(new EventData.Deleted("A2", BUDI, BUDI, false, START));
        add(new EventData.Edited("3EB0AA", BUDI, BUDI, false, "forged", null, START));
        // The same id in another chat is another message.
        add(new EventData.Deleted("A1", BUDI, SITI, false, START));

        assertThat(messages(BUDI)).extracting(ChatMessage::text).containsExactly("one", "two", null);
        assertThat(messages(BUDI)).noneMatch(ChatMessage::deleted);
        assertThat(messages(BUDI)).noneMatch(ChatMessage::edited);
    }

    @Test
    void showsWhatHappenedToMessagesThatWereNotReadByItself() {
        add(new EventData.Edited("OLD", BUDI, BUDI, false, "new text", null, START));
        add(new EventData.Deleted("OLD", BUDI, BUDI, false, START));
        add(new EventData.Reaction("OLD", BUDI, BUDI, false, "👍", START));
        add(new EventData.Reaction("OLD", BUDI, BUDI, false, "", START));

        assertThat(messages(BUDI))
                .extracting(ChatMessage::kind)
                .containsExactly("older_edited", "older_deleted", "older_reaction");
        assertThat(messages(BUDI)).extracting(ChatMessage::text).containsExactly("new text", null, "👍");
    }

    @Test
    void showsTheBeginningOfWhatIsAnswered() {
        received(BUDI, "A1", "x".repeat(500));
        add(message(BUDI, "A2", "text", "yes", null, new EventData.Quoted("A1", BUDI)));
        add(message(BUDI, "A3", "text", "no", null, new EventData.Quoted("OLD", null)));

        ChatMessage.Quote quote = messages(BUDI).get(1).quote();
        assertThat(quote).isNotNull();
        assertThat(quote.text()).hasSize(121).endsWith("…");
        assertThat(messages(BUDI).get(2).quote()).isEqualTo(new ChatMessage.Quote(null, null));

        add(new EventData.Deleted("A1", BUDI, BUDI, false, START));
        assertThat(messages(BUDI).get(1).quote()).isEqualTo(new ChatMessage.Quote(BUDI, null));
    }

    @Test
    void showsInPlaceOnlyWhatABrowserShowsSafely() {
        assertThat(preview("image", "image/jpeg", 1000, false)).isEqualTo(Preview.PICTURE);
        assertThat(preview("sticker", "image/webp", 1000, false)).isEqualTo(Preview.PICTURE);
        assertThat(preview("voice", "audio/ogg; codecs=opus", 1000, false)).isEqualTo(Preview.SOUND);
        assertThat(preview("audio", "Audio/MPEG", 50_000_000, false)).isEqualTo(Preview.SOUND);
        assertThat(preview("video", "video/mp4", 50_000_000, false)).isEqualTo(Preview.VIDEO);
        assertThat(preview("image", "image/svg+xml", 1000, false)).isEqualTo(Preview.NONE);
        assertThat(preview("video", "text/html", 1000, false)).isEqualTo(Preview.NONE);
        assertThat(preview("voice", "audio/amr", 1000, false)).isEqualTo(Preview.NONE);
        assertThat(preview("image", null, 1000, false)).isEqualTo(Preview.NONE);
        assertThat(preview("document", "image/png", 1000, false)).isEqualTo(Preview.NONE);
        assertThat(preview("image", "image/png", 50_000_000, false)).isEqualTo(Preview.NONE);
        assertThat(preview("image", "image/png", 1000, true)).isEqualTo(Preview.NONE);
        assertThat(preview("video", "video/mp4", 1000, true)).isEqualTo(Preview.NONE);
    }

    @Test
    void takesACaptionThatSaysNothingForNone() {
        add(message(BUDI, "A1", "image", "", file("m1", "image/png", 1, false), null));

        assertThat(messages(BUDI).getFirst().text()).isNull();
    }

    @Test
    void buildsNoUrlOfAMediaIdThatIsNone() {
        add(message(BUDI, "A1", "image", null, file("../../keys?", "image/png", 1, false), null));

        assertThat(messages(BUDI).getFirst().file()).isNull();
    }

    @Test
    void cutsWhatNobodyReadsOnAPage() {
        received(BUDI, "A1", "🙂".repeat(50_000));

        ChatMessage message = messages(BUDI).getFirst();
        assertThat(message.cut()).isTrue();
        assertThat(message.text()).hasSizeLessThan(8_200).endsWith("🙂…");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "null",
                "[]",
                "1",
                "{}",
                "not json",
                "{\"chat\":5,\"messageId\":[],\"media\":{\"size\":\"x\"}}",
                "{\"chat\":\"628\",\"contacts\":{\"a\":1},\"poll\":{\"options\":\"x\"},\"location\":{\"latitude\":{}}}"
            })
    void bearsDataThatItDoesNotUnderstand(String data) {
        for (String type : List.of(
                "message.received",
                "message.sent",
                "message.status",
                "message.edited",
                "message.deleted",
                "message.reaction",
                "session.status",
                "of.the.future")) {
            fold.add(stored(type, data));
        }

        assertThat(fold.chats()).allSatisfy(chat -> assertThat(chat.messages()).isNotEmpty());
    }

    @Test
    void saysSizesForPeople() {
        assertThat(List.of(0L, 1023L, 1536L, 5L * 1024 * 1024))
                .map(size -> new ChatMessage.File("m", null, null, size, null, false, Preview.NONE).sizeLabel())
                .containsExactly("0 B", "1023 B", "1.5 KB", "5.0 MB");
    }

    private @Nullable Preview preview(String kind, @Nullable String mimeType, long size, boolean viewOnce) {
        add(message(BUDI, "P" + ++seconds, kind, null, file("m1", mimeType, size, viewOnce), null));
        ChatMessage.File file = messages(BUDI).getLast().file();
        return file == null ? null : file.preview();
    }

    private static EventData.Media file(String id, @Nullable String mimeType, long size, boolean viewOnce) {
        return new EventData.Media(id, mimeType, size, "a.jpg", "00", null, viewOnce);
    }

    private void received(String from, String id, String text) {
        add(message(from, id, "text", text, null, null));
    }

    private void phoneSent(String to, String id, String text) {
        add(new EventData.Message(
                EventData.Direction.SENT,
                id,
                ME,
                to,
                "user",
                null,
                "text",
                text,
                null,
                null,
                null,
                null,
                null,
                null,
                START));
    }

    private void status(String id, String status, String recipient) {
        add(new EventData.MessageStatus(id, status, recipient, null));
    }

    private static EventData message(
            String from,
            String id,
            String kind,
            @Nullable String text,
            EventData.@Nullable Media media,
            EventData.@Nullable Quoted quoted) {
        return new EventData.Message(
                EventData.Direction.RECEIVED,
                id,
                from,
                from,
                "user",
                "name of " + from,
                kind,
                text,
                null,
                media,
                null,
                null,
                null,
                quoted,
                START);
    }

    private static RecentMessages.Message send(String id, Instant at, boolean media, String status) {
        return new RecentMessages.Message(id, at, BUDI, media, status, null);
    }

    private void add(EventData data) {
        Event event = Event.of("key", "tenant", SESSION, START.plusSeconds(seconds), data);
        fold.add(stored(event.type(), event.data().toString()));
    }

    private StoredEvent stored(String type, String data) {
        Instant at = START.plusSeconds(seconds++);
        return new StoredEvent(new EventId(at.toEpochMilli(), 0), SESSION, type, at, data, seconds);
    }

    private Chat chat(String id) {
        return fold.chats().stream()
                .filter(chat -> chat.id().equals(id))
                .findFirst()
                .orElseThrow();
    }

    private List<ChatMessage> messages(String chat) {
        return chat(chat).messages();
    }
}
