package dev.merpati.worker.event;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.merpati.clients.timing.Backoff;
import dev.merpati.clients.timing.StopSignal;
import dev.merpati.model.command.Command;
import dev.merpati.model.command.CommandEnvelope;
import dev.merpati.model.event.Event;
import dev.merpati.model.outcome.FailureCode;
import dev.merpati.model.outcome.Outcome;
import dev.merpati.worker.fencing.TestLeases;
import dev.merpati.worker.media.TestReceived;
import dev.merpati.worker.whatsapp.IncomingContent;
import dev.merpati.worker.whatsapp.IncomingMessage;
import dev.merpati.worker.whatsapp.IncomingMessage.Party;
import dev.merpati.worker.whatsapp.IncomingReceipt;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Random;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

class SessionEventsTest {
    private static final Duration LONG = Duration.ofSeconds(30);
    private static final UUID SESSION = UUID.randomUUID();
    private static final Party BUDI = new Party("628111", "77", 3);
    private static final Instant AT = Instant.parse("2026-11-27T10:00:00Z");

    private final MemoryEvents kafka = new MemoryEvents();
    private final StopSignal stop = new StopSignal();
    private final AtomicInteger done = new AtomicInteger();
    private final SessionEvents events = events(kafka);

    private SessionEvents events(EventPublisher publisher) {
        Backoff backoff = new Backoff(Duration.ofMillis(1), Duration.ofMillis(5), new Random(1));
        SessionEvents made = new SessionEvents(
                SESSION,
                TestLeases.lease(0, System::nanoTime),
                publisher,
                new PatientPublisher(publisher, backoff, stop),
                kafka,
                () -> AT);
        made.begin("tenant");
        return made;
    }

    @Test
    void aMessageIsNotTakenWhileItCannotBeStored() {
        kafka.away = true;
        assertThatThrownBy(() -> events.message(text("A"))).isInstanceOf(EventsUnavailableException.class);
        assertThatThrownBy(() -> events.receipt(read("B", "C"))).isInstanceOf(EventsUnavailableException.class);

        kafka.away = false;
        events.message(text("A"));
        events.receipt(read("B", "C"));

        assertThat(kafka.events)
                .extracting(event -> event.data().path("messageId").asString())
                .containsExactly("A", "B", "C");
    }

    @Test
    void aReceiptIsTakenWhenAllOfItIsStored() {
        kafka.loseNextAnswer = true;

        assertThatThrownBy(() -> events.receipt(read("B", "C"))).isInstanceOf(EventsUnavailableException.class);
    }

    /** Whoever reads the event may ask for the file at once. */
    @Test
    void aFileIsRememberedBeforeItsEventIsPublishedUnderTheSameIdEachTime() {
        IncomingMessage message = message("A", TestReceived.image());
        kafka.away = true;
        assertThatThrownBy(() -> events.message(message)).isInstanceOf(EventsUnavailableException.class);
        assertThat(kafka.files).hasSize(1);
        assertThat(kafka.publishedFiles).isEmpty();

        kafka.away = false;
        events.message(message);

        assertThat(kafka.files).hasSize(2).containsOnly(kafka.files.getFirst());
        assertThat(kafka.publishedFiles).containsExactly(kafka.files.getFirst());
        assertThat(kafka.events.getFirst().data().path("media").path("id").asString())
                .isEqualTo(kafka.files.getFirst());
        assertThat(kafka.events.getFirst().data().path("media").path("sha256").asString())
                .isEqualTo("02".repeat(32));
    }

    @Test
    void anOutcomeIsPublishedHoweverLongItTakesAndOnlyThenCounts() {
        kafka.away = true;
        events.outcome(send("A"), new Outcome.MessageSent("628222", null), done::incrementAndGet);
        assertThat(done).hasValue(0);

        kafka.away = false;

        await().atMost(LONG).until(() -> done.get() == 1);
        assertThat(kafka.events.getFirst().data())
                .hasToString("{\"messageId\":\"A\",\"status\":\"sent\",\"recipient\":\"628222\"}");
    }

    @Test
    void anOutcomeIsLeftToTheNextOwnerWhenTheSessionMoves() {
        kafka.away = true;
        events.outcome(send("A"), new Outcome.MessageSent(null, null), done::incrementAndGet);

        stop.stop();
        kafka.away = false;
        events.outcome(send("B"), new Outcome.MessageSent(null, null), done::incrementAndGet);

        assertThat(done).as("what can be stored at once, is").hasValue(1);
        assertThat(kafka.events)
                .extracting(event -> event.data().path("messageId").asString())
                .containsExactly("B");
    }

    @Test
    void aFailureIsToldAsACallerWouldHaveHeardIt() {
        events.outcome(
                send("A"),
                new Outcome.Failed(FailureCode.REJECTED, 463, "WhatsApp's server refused the message"),
                done::incrementAndGet);

        assertThat(kafka.events.getFirst().data())
                .hasToString("{\"messageId\":\"A\",\"status\":\"failed\",\"recipient\":\"628222\","
                        + "\"error\":{\"code\":\"rejected\",\"message\":\"WhatsApp refused the message; reason is"
                        + " WhatsApp's own code\",\"reason\":463}}");
        assertThat(done).hasValue(1);
    }

    @Test
    void whatIsNoNewsToATenantIsDoneAtOnce() {
        kafka.away = true;
        events.outcome(send("A"), Outcome.Failed.of(FailureCode.WITHDRAWN, "taken back"), done::incrementAndGet);
        events.outcome(
                envelope("B", new Command.ReconnectSession()), new Outcome.SessionChanged(), done::incrementAndGet);

        assertThat(done).hasValue(2);
    }

    @Test
    void nothingComesAfterTheEnd() {
        assertThat(events.end()).isTrue();

        assertThatThrownBy(() -> events.message(text("A"))).isInstanceOf(EventsUnavailableException.class);
        assertThatThrownBy(() -> events.receipt(read("A"))).isInstanceOf(EventsUnavailableException.class);
        events.outcome(send("A"), new Outcome.MessageSent(null, null), done::incrementAndGet);

        assertThat(done).hasValue(1);
        assertThat(kafka.events)
                .singleElement()
                .satisfies(event ->
                        assertThat(event.data()).hasToString("{\"status\":\"disconnected\",\"reason\":\"deleted\"}"));
    }

    @Test
    void theEndWaitsForWhatIsOnItsWay() {
        CompletableFuture<Void> stored = new CompletableFuture<>();
        SessionEvents slow = events(event -> {
            kafka.events.add(event);
            return event.type().equals("message.received") ? stored : CompletableFuture.completedFuture(null);
        });
        Thread.ofVirtual().start(() -> slow.message(text("A")));
        await().atMost(LONG).until(() -> kafka.events.size() == 1);
        Thread end = Thread.ofVirtual().start(() -> slow.end());
        await().atMost(LONG).until(() -> end.getState() == Thread.State.WAITING);
        assertThat(kafka.events).hasSize(1);

        stored.complete(null);

        await().atMost(LONG).until(() -> kafka.events.size() == 2);
        assertThat(kafka.events).extracting(Event::type).containsExactly("message.received", "session.status");
    }

    private static CommandEnvelope send(String id) {
        return envelope(id, new Command.SendText("628222", "Halo", true));
    }

    private static CommandEnvelope envelope(String id, Command command) {
        return new CommandEnvelope(id, "tenant", SESSION, "gateway", "request", AT, AT.plusSeconds(60), command);
    }

    private static IncomingReceipt read(String... ids) {
        return new IncomingReceipt(IncomingReceipt.Kind.READ, List.of(ids), BUDI, "628111@s.whatsapp.net", AT);
    }

    private static IncomingMessage text(String id) {
        return message(id, new IncomingContent.Text("Halo"));
    }

    private static IncomingMessage message(String id, IncomingContent content) {
        return new IncomingMessage(id, "from 77@lid", BUDI, BUDI, false, null, AT, false, null, content, new byte[0]);
    }
}
