package dev.merpati.gateway.console;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.merpati.gateway.account.AccountGateway;
import dev.merpati.gateway.harness.Browser;
import dev.merpati.gateway.harness.GatewayHarness;
import dev.merpati.gateway.harness.TestEvents;
import dev.merpati.model.event.EventData;
import dev.merpati.model.event.EventData.Direction;
import java.io.IOException;
import java.time.Instant;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.awaitility.Awaitility;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ChatPagesIT {
    private static final String BUDI = "6281234567890";
    private static final String HOSTILE =
            "<script>alert(1)</script>\"'><img src=x onerror=alert(2)>${7777*7777}[[${8888*8888}]]";
    private static final Instant AT = Instant.parse("2026-11-27T10:56:01Z");

    private final GatewayHarness gateway = AccountGateway.get();
    private final String email = AccountGateway.newEmail();
    private final Browser browser = AccountGateway.signedUp(email);
    private final TestEvents events = new TestEvents(gateway, AccountGateway.tenantOf(email));
    private final UUID session = newSession();

    @ParameterizedTest
    @ValueSource(strings = {"en", "id"})
    void showsEveryKindOfMessageInBothLanguages(String language) {
        events.store(session, text("A1", "Halo, masih buka?"));
        events.store(session, sent("A2", "Masih, kak"));
        events.store(session, new EventData.MessageStatus("A2", "read", BUDI, null));
        events.store(session, new EventData.Reaction("A2", BUDI, BUDI, false, "👍", AT));
        events.store(session, new EventData.MessageStatus("3EB0C767D71D8D6E2CD5AA", "sent", BUDI, null));
        events.store(
                session,
                new EventData.MessageStatus(
                        "3EB0C767D71D8D6E2CD5AB", "failed", BUDI, new EventData.Failure("banned", "x", null)));
        events.store(session, file("A3", "image", "image/jpeg", "foto.jpg"));
        events.store(session, file("A4", "document", "application/pdf", "faktur.pdf"));
        events.store(
                session,
                content("A5", "location", null, new EventData.Location(-6.2, 106.8, "Monas", null, true), null));
        events.store(
                session, content("A6", "poll", new EventData.Poll("Makan?", List.of("Ya", "Tidak"), 1), null, null));
        events.store(session, content("A7", "unsupported", null, null, null));
        events.store(session, content("A8", "something_new", null, null, null));
        events.store(session, text("A9", "typo"));
        events.store(session, new EventData.Edited("A9", BUDI, BUDI, false, "without a mistake", null, AT));
        events.store(session, text("A10", "never mind"));
        events.store(session, new EventData.Deleted("A10", BUDI, BUDI, false, AT));
        events.store(session, file("A11", "voice", "audio/ogg; codecs=opus", "suara.ogg"));
        events.store(session, file("A12", "video", "video/mp4", "film.mp4"));
        events.store(session, new EventData.Status("connected", "paired", null, null));

        String list = browser.get("/sessions/" + session + "/chats?lang=" + language)
                .is(200)
                .body();
        assertThat(list)
                .contains("+" + BUDI, "chats?chat=" + BUDI, "sse-connect=\"/sessions/" + session + "/chats/live?have=");
        String page = browser.get("/sessions/" + session + "/chats?chat=" + BUDI)
                .is(200)
                .body();
        assertThat(page)
                .doesNotContain("??", "th:", "typo", "never mind")
                .contains("Halo, masih buka?", "Masih, kak", "👍", "without a mistake", "Monas", "-6.200000,106.800000")
                .contains("3EB0C767D71D8D6E2CD5AA", "Makan?", "<li dir=\"auto\">Tidak</li>", "faktur.pdf", "12.1 KB")
                .contains("<img loading=\"lazy\" data-preview src=\"/api/sessions/" + session + "/media/m-A3\"")
                .contains("<a download data-file href=\"/api/sessions/" + session + "/media/m-A4\"")
                .contains("<audio controls preload=\"none\" data-preview src=\"/api/sessions/" + session
                        + "/media/m-A11\"")
                .contains("<video controls preload=\"none\" data-preview src=\"/api/sessions/" + session
                        + "/media/m-A12\"")
                .doesNotContain("src=\"/api/sessions/" + session + "/media/m-A4\"");
        assertThat(page)
                .contains(
                        language.equals("en")
                                ? new String[] {
                                    "Sent through the API", "WhatsApp has banned this number.", "was deleted", "Edited"
                                }
                                : new String[] {"Dikirim lewat API", "telah dihapus", "Diedit"});
        browser.get("/sessions?lang=en").is(200);
    }

    @Test
    void writesWhatStrangersChooseAsTextOnly() {
        events.store(
                session,
                new EventData.Message(
                        Direction.RECEIVED,
                        HOSTILE,
                        HOSTILE,
                        BUDI,
                        "user",
                        HOSTILE,
                        "document",
                        HOSTILE,
                        HOSTILE,
                        new EventData.Media("m1", HOSTILE, 5, HOSTILE, "00", 3, false),
                        new EventData.Location(1, 2, HOSTILE, HOSTILE, false),
                        List.of(new EventData.Contact(HOSTILE, "BEGIN:VCARD\n" + HOSTILE)),
                        new EventData.Poll(HOSTILE, List.of(HOSTILE), 1),
                        new EventData.Quoted("x", HOSTILE),
                        AT));
        events.store(session, new EventData.Reaction(HOSTILE, HOSTILE, BUDI, false, HOSTILE, AT));
        events.store(session, new EventData.Edited("old", HOSTILE, BUDI, false, HOSTILE, null, AT));
        events.store(
                session,
                new EventData.MessageStatus(HOSTILE, "failed", BUDI, new EventData.Failure(HOSTILE, HOSTILE, null)));
        events.store(session, new EventData.MessageStatus("3EB0", HOSTILE, HOSTILE, null));
        events.store(session, new EventData.Deleted("x", HOSTILE, HOSTILE, false, AT));

        for (String path : List.of("", "?chat=" + BUDI, "?chat=%3Cscript%3Ealert(1)%3C/script%3E&steps=%22%3E")) {
            String page = browser.get("/sessions/" + session + "/chats" + path)
                    .is(200)
                    .body();
            assertThat(page)
                    .contains("alert(1)")
                    .doesNotContain("<script>alert", "<img src=x", "onerror=alert(2)>\"", "60481729", "78996544");
            assertThat(Pattern.compile("=\"[^\"]*<").matcher(page).find()).isFalse();
        }
    }

    @Test
    void offersAReplyToANumberOnly() {
        browser.get("/sessions/" + session + "/chats?chat=" + BUDI)
                .is(200)
                .says("<input type=\"hidden\" name=\"to\" value=\"" + BUDI + "\">");
        for (String chat : List.of("", "?chat=123456789@lid", "?chat=120363041234567890@g.us", "?chat=%22%3E")) {
            assertThat(browser.get("/sessions/" + session + "/chats" + chat)
                            .is(200)
                            .body())
                    .doesNotContain("id=\"reply\"");
        }
    }

    @Test
    void tellsAnOpenPageWhatIsNewAndWhatHasChanged() throws IOException {
        events.store(session, text("A1", "one"));
        events.store(session, sent("A2", "two"));
        String page = browser.get("/sessions/" + session + "/chats?chat=" + BUDI)
                .is(200)
                .body();

        // Comes between the page and its stream.
        events.store(session, text("A3", "three"));
        try (EventStream stream = EventStream.open(gateway, browser, liveUrl(page))) {
            String all = stream.next("messages");
            assertThat(all).contains(">one<", ">two<", ">three<").doesNotContain("hx-swap-oob");
            assertThat(stream.next("chats")).contains("+" + BUDI, "three");

            events.store(session, new EventData.MessageStatus("A2", "delivered", BUDI, null));
            String changed = stream.next("changes");
            assertThat(changed)
                    .contains(">two<", "Delivered", "hx-swap-oob=\"true\"")
                    .doesNotContain(">one<", ">three<", "beforeend");

            events.store(session, text("A4", "<b>four</b>"));
            String added = stream.next("changes");
            assertThat(added)
                    .contains("hx-swap-oob=\"beforeend:#messages\"", "&lt;b&gt;four&lt;/b&gt;")
                    .doesNotContain(">one<", ">two<", "<b>four");
        }
    }

    @Test
    void tellsAPageThatIsUpToDateNothingUntilSomethingHappens() throws Exception {
        events.store(session, text("A1", "one"));
        String page = browser.get("/sessions/" + session + "/chats?chat=" + BUDI)
                .is(200)
                .body();

        // Beside, since not even the head of the answer comes before there is something to tell.
        try (ExecutorService reader = Executors.newVirtualThreadPerTaskExecutor()) {
            long before = looks();
            Future<String> first = reader.submit(() -> {
                try (EventStream stream = EventStream.open(gateway, browser, liveUrl(page))) {
                    return stream.nextOfAny();
                }
            });
            Awaitility.await().until(() -> looks() > before);
            // Another chat's message changes the list only: were the page told its messages anew, they would come
            // first.
            events.store(session, new EventData.MessageStatus("3EB0AA", "sent", "6282222222", null));
            assertThat(first.get()).startsWith("chats").contains("+6282222222");
        }
    }

    @Test
    void goesFurtherBackStepByStep() {
        events.store(session, text("OLDEST", "the oldest of all"));
        for (int i = 0; i < 250; i++) {
            events.store(session, new EventData.MessageStatus("3EB0" + i, "sent", "6282222222", null));
        }

        String page = browser.get("/sessions/" + session + "/chats?chat=" + BUDI)
                .is(200)
                .body();
        assertThat(page).doesNotContain("the oldest of all").contains("?chat=" + BUDI + "&amp;steps=2");
        String deeper = browser.get("/sessions/" + session + "/chats?chat=" + BUDI + "&steps=2")
                .is(200)
                .body();
        assertThat(deeper).contains("the oldest of all").doesNotContain("steps=3");
    }

    @Test
    void showsWhatItWasAskedToSendAlsoBeforeAnEventSaysSo() {
        browser.get("/sessions/" + session).is(200);
        browser.post("/sessions/" + session + "/send", "to", BUDI, "message", "hello")
                .is(200);

        browser.get("/sessions/" + session + "/chats?chat=" + BUDI)
                .is(200)
                .says("Sent through the API")
                .says("3EB0")
                .says("badge sent");
    }

    @Test
    void keepsStrangersOut() {
        events.store(session, text("A1", "confidential"));
        Browser stranger = AccountGateway.signedUp(AccountGateway.newEmail());

        assertThat(stranger.get("/sessions/" + session + "/chats?chat=" + BUDI)
                        .is(403)
                        .body())
                .doesNotContain("confidential");
        assertThat(stranger.get("/sessions/" + session + "/chats/live?chat=" + BUDI)
                        .is(403)
                        .body())
                .doesNotContain("confidential");
        assertThat(AccountGateway.browser()
                        .get("/sessions/" + session + "/chats")
                        .is(303)
                        .location())
                .startsWith("/login");
        browser.get("/sessions/no-uuid/chats").is(404);
    }

    @Test
    void theStreamEndsWhenTheSessionIsDeleted() throws IOException {
        events.store(session, text("A1", "one"));
        browser.get("/sessions/" + session).is(200);
        try (EventStream stream =
                EventStream.open(gateway, browser, "/sessions/" + session + "/chats/live?chat=" + BUDI)) {
            stream.next("messages");
            browser.post("/sessions/" + session + "/delete").leadsTo("/sessions");
            assertThatThrownBy(() -> stream.next("none")).hasMessage("the stream has ended");
        }
    }

    /** How often Redis was asked for the youngest events of a session. */
    private long looks() {
        Matcher calls = Pattern.compile("cmdstat_zrevrangebylex:calls=(\\d+)")
                .matcher(gateway.worker().redis().info("commandstats"));
        return calls.find() ? Long.parseLong(calls.group(1)) : 0;
    }

    private static String liveUrl(String page) {
        Matcher url = Pattern.compile("sse-connect=\"([^\"]+)\"").matcher(page);
        assertThat(url.find()).isTrue();
        return url.group(1).replace("&amp;", "&");
    }

    private UUID newSession() {
        String place = browser.submit("/sessions", "name", "Toko").is(303).location();
        UUID id = UUID.fromString(place.substring("/sessions/".length()));
        gateway.worker().connect(id, "6281111111");
        return id;
    }

    private static EventData text(String id, String text) {
        return message(Direction.RECEIVED, id, "text", text, null, null, null);
    }

    private static EventData sent(String id, String text) {
        return message(Direction.SENT, id, "text", text, null, null, null);
    }

    private static EventData file(String id, String kind, String mimeType, String name) {
        return content(id, kind, null, null, new EventData.Media("m-" + id, mimeType, 12_345, name, "00", null, false));
    }

    private static EventData content(
            String id,
            String kind,
            EventData.@Nullable Poll poll,
            EventData.@Nullable Location location,
            EventData.@Nullable Media media) {
        return message(Direction.RECEIVED, id, kind, null, poll, location, media);
    }

    private static EventData message(
            Direction direction,
            String id,
            String kind,
            @Nullable String text,
            EventData.@Nullable Poll poll,
            EventData.@Nullable Location location,
            EventData.@Nullable Media media) {
        return new EventData.Message(
                direction,
                id,
                direction == Direction.SENT ? "6281111111" : BUDI,
                BUDI,
                "user",
                "Budi",
                kind,
                text,
                null,
                media,
                location,
                null,
                poll,
                null,
                AT);
    }
}
