package dev.merpati.gateway.event;

import static dev.merpati.gateway.harness.TestJson.body;
import static dev.merpati.gateway.harness.TestJson.parse;
import static org.assertj.core.api.Assertions.assertThat;

import dev.merpati.gateway.auth.Scope;
import dev.merpati.gateway.harness.GatewayHarness;
import dev.merpati.gateway.harness.SharedGateway;
import dev.merpati.gateway.harness.TestAccount;
import dev.merpati.gateway.harness.TestEvents;
import dev.merpati.model.event.EventData;
import dev.merpati.model.event.EventId;
import dev.merpati.model.event.StoredEvent;
import io.micrometer.core.instrument.MeterRegistry;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.springframework.test.web.reactive.server.WebTestClient;
import tools.jackson.databind.JsonNode;

class EventsIT {
    private final GatewayHarness gateway = SharedGateway.get();
    private final TestAccount account = TestAccount.on(gateway, "business");
    private final WebTestClient client = account.client();
    private final TestEvents events = new TestEvents(gateway, account.id());
    private final UUID session = newSession();

    private UUID newSession() {
        return UUID.fromString(body(
                        client.post()
                                .uri("/api/sessions")
                                .header("Content-Type", "application/json")
                                .bodyValue("{\"sessionName\":\"a session\"}"),
                        201)
                .get("sessionId")
                .stringValue());
    }

    private JsonNode list(String query) {
        return body(client.get().uri("/api/events" + query), 200);
    }

    private static List<String> ids(JsonNode page) {
        return page.get("events")
                .valueStream()
                .map(event -> event.get("id").stringValue())
                .toList();
    }

    @Test
    void passesOnWhatWasStored() {
        EventId id = events.store(session, "message.future", "{\"text\":\"sélamat 😀\",\"n\":1.50,\"none\":null}");

        JsonNode page = list("");

        Instant time = Instant.ofEpochMilli(id.millis());
        JsonNode event = page.get("events").get(0);
        assertThat(Instant.parse(event.get("timestamp").stringValue())).isEqualTo(time);
        assertThat(page)
                .isEqualTo(parse("""
                {'success':true,'events':[{'id':'%s','type':'message.future','timestamp':'%s','sessionId':'%s',
                 'data':{'text':'sélamat 😀','n':1.50,'none':null}}],'next':'%s','more':false}""".formatted(id, event.get("timestamp").stringValue(), session, id)));
    }

    @Test
    void isEmptyBeforeAnythingHappens() {
        JsonNode page = list("");

        assertThat(page).isEqualTo(parse("""
                {'success':true,'events':[],'next':'0000000000000-000000','more':false}"""));
        events.received(session, "hello");
        assertThat(ids(list("?after=" + page.get("next").stringValue()))).hasSize(1);
    }

    @Test
    void givesEveryEventOnceAndInOrderPageByPage() {
        List<String> stored = new ArrayList<>();
        for (int i = 0; i < 23; i++) {
            stored.add(events.received(session, "text " + i).toString());
        }

        List<String> read = new ArrayList<>();
        String after = "";
        boolean more = true;
        while (more) {
            JsonNode page = list("?limit=5&after=" + after);
            assertThat(ids(page)).hasSizeLessThanOrEqualTo(5);
            read.addAll(ids(page));
            after = page.get("next").stringValue();
            more = page.get("more").booleanValue();
        }

        assertThat(read).isEqualTo(stored);
        assertThat(ids(list("?after=" + after))).isEmpty();
    }

    @Test
    void filtersByTypeAndSession() {
        UUID another = newSession();
        String first = events.received(session, "one").toString();
        String second = events.received(another, "two").toString();
        String third = events.status(session, "disconnected").toString();
        String fourth = events.received(session, "four").toString();

        assertThat(ids(list("?types=message.received"))).containsExactly(first, second, fourth);
        assertThat(ids(list("?types=message.received,session.status"))).hasSize(4);
        assertThat(ids(list("?types=session.status&types=message.edited"))).containsExactly(third);
        assertThat(ids(list("?sessionId=" + session))).containsExactly(first, third, fourth);
        assertThat(ids(list("?sessionId=" + session + "&types=message.received&after=" + first)))
                .containsExactly(fourth);
        JsonNode quiet = list("?sessionId=" + another);
        assertThat(ids(quiet)).containsExactly(second);
        assertThat(quiet.get("next").stringValue()).as("past what others did").isEqualTo(fourth);
    }

    @Test
    void answersGoneForWhatIsNoLongerKept() {
        EventId first = events.received(session, "one");
        EventId second = events.received(session, "two");
        EventId third = events.received(session, "three");
        events.trim(second);

        JsonNode gone = body(client.get().uri("/api/events?after=" + first), 410);

        assertThat(gone.get("code").stringValue()).isEqualTo("events_expired");
        assertThat(gone.get("oldest").stringValue()).isEqualTo(third.toString());
        assertThat(ids(list("?after=" + second))).as("nothing lies between").containsExactly(third.toString());
        assertThat(ids(list(""))).containsExactly(third.toString());
        events.trim(third);
        assertThat(list("?after=" + third).get("next").stringValue()).isEqualTo(third.toString());
        assertThat(list("").get("next").stringValue()).isEqualTo(third.toString());
        assertThat(list("?sessionId=" + session).get("next").stringValue()).isEqualTo(third.toString());
        assertThat(body(client.get().uri("/api/events?after=" + second), 410).has("oldest"))
                .isFalse();
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '`', textBlock = """
            after=1                          | after     | the id of an event
            after=1795820000123-4            | after     | the id of an event
            after=9995820000123-000004       | after     | the id of an event
            limit=0                          | limit     | a whole number from 1 to 500
            limit=501                        | limit     | a whole number from 1 to 500
            limit=-1                         | limit     | a whole number from 1 to 500
            limit=٣                          | limit     | a whole number from 1 to 500
            wait=31                          | wait      | a whole number from 0 to 30
            types=message.received,message.x | types     | one or more of session.status, session.qr, message.received
            types=ping                       | types     | one or more of session.status
            """)
    void namesTheParameterThatCannotBeUsed(String query, String field, String allowed) {
        JsonNode error = body(client.get().uri("/api/events?" + query), 400);

        assertThat(error.get("code").stringValue()).isEqualTo("invalid_field");
        assertThat(error.get("field").stringValue()).isEqualTo(field);
        assertThat(error.get("allowed").stringValue()).startsWith(allowed);
        assertThat(error.get("found").stringValue()).isNotBlank();
    }

    @Test
    void showsNothingOfOthers() {
        events.received(session, "secret");
        WebTestClient other = gateway.as(gateway.other);

        assertThat(body(other.get().uri("/api/events"), 200).toString()).doesNotContain("secret");
        assertThat(body(other.get().uri("/api/events?sessionId=" + session), 403)
                        .get("code")
                        .stringValue())
                .isEqualTo("forbidden");
        assertThat(body(client.get().uri("/api/events?sessionId=" + UUID.randomUUID()), 404)
                        .get("code")
                        .stringValue())
                .isEqualTo("session_not_found");
        assertThat(body(client.get().uri("/api/events?sessionId=x"), 404)
                        .get("code")
                        .stringValue())
                .isEqualTo("session_not_found");
    }

    @Test
    void needsTheScopeOfEvents() {
        WebTestClient reader = account.clientWith(
                account.key(Set.of(Scope.READ, Scope.SESSIONS, Scope.ACCOUNT)).apiKey());
        WebTestClient listener =
                account.clientWith(account.key(Set.of(Scope.EVENTS)).apiKey());

        assertThat(body(reader.get().uri("/api/events"), 403).get("required").stringValue())
                .isEqualTo("events");
        body(listener.get().uri("/api/events"), 200);
    }

    @Test
    void doesABoundedAmountOfWorkHoweverLittleMatches() {
        EventId first = events.store(session, "message.received", "{}");
        for (int i = 0; i < 6_000; i++) {
            events.store(session, "message.status", "{}");
        }
        String last = events.store(session, "session.qr", "{}").toString();

        double before = reads();
        JsonNode page = list("?types=session.qr&after=" + first);
        double spent = reads() - before;

        assertThat(ids(page)).isEmpty();
        assertThat(page.get("more").booleanValue()).isTrue();
        assertThat(spent).as("runs of 500 looks each").isBetween(2.0, 10.0);
        assertThat(ids(list("?types=session.qr&after=" + page.get("next").stringValue())))
                .containsExactly(last);
        assertThat(ids(list("?types=session.qr&sessionId=" + session + "&after="
                        + page.get("next").stringValue())))
                .containsExactly(last);
    }

    @Test
    void endsAnAnswerBeforeItGrowsTooLong() {
        String data = "{\"text\":\"" + "x".repeat(60_000) + "\"}";
        for (int i = 0; i < 40; i++) {
            events.store(session, "message.received", data);
        }

        WebTestClient patient = client.mutate()
                .codecs(codecs -> codecs.defaultCodecs().maxInMemorySize(4 * 1024 * 1024))
                .build();
        JsonNode page = body(patient.get().uri("/api/events?limit=500"), 200);

        assertThat(ids(page)).hasSizeBetween(17, 19);
        assertThat(page.get("more").booleanValue()).isTrue();
    }

    @Test
    void readsTheNewestOfASessionBackwards() {
        EventReader reader = gateway.context().getBean(EventReader.class);
        UUID another = newSession();
        EventId first = events.store(session, TestEvents.message("one"));
        events.store(another, TestEvents.message("two"));
        EventId third = events.store(session, new EventData.Status("connected", "paired", null, null));

        assertThat(newest(reader, null, 10)).containsExactly(third, first);
        assertThat(newest(reader, null, 1)).containsExactly(third);
        assertThat(newest(reader, third, 10)).containsExactly(first);
        assertThat(reader.find(account.id(), first).map(StoredEvent::type).block(Duration.ofSeconds(10)))
                .isEqualTo("message.received");
        assertThat(reader.last(account.id()).block(Duration.ofSeconds(10))).isEqualTo(third);
        events.trim(third);
        assertThat(reader.last(account.id()).block(Duration.ofSeconds(10))).isEqualTo(third);
    }

    private List<EventId> newest(EventReader reader, @org.jspecify.annotations.Nullable EventId before, int limit) {
        return Objects.requireNonNull(
                        reader.newest(account.id(), session, before, limit).block(Duration.ofSeconds(10)))
                .stream()
                .map(StoredEvent::id)
                .toList();
    }

    private double reads() {
        return gateway.context()
                .getBean(MeterRegistry.class)
                .get("merpati.gateway.events.reads")
                .counter()
                .count();
    }
}
