package dev.merpati.worker;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.merpati.model.command.Command;
import dev.merpati.model.number.NumberStatus;
import dev.merpati.model.outcome.Outcome;
import dev.merpati.model.session.SessionRecord;
import dev.merpati.model.session.SessionStatus;
import dev.merpati.worker.whatsapp.FakeWhatsApp;
import java.net.http.HttpResponse;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** A worker at its everyday work, with real Kafka and Redis. */
class WorkerIT extends WorkerFixture {
    private TestWorker worker = start("w1");

    @BeforeEach
    void ready() {
        assertThat(worker.isReady()).isTrue();
    }

    @Test
    void pairsSendsAndResumesAfterARestart() {
        UUID session = gateway.createSession();
        awaitStatus(session, SessionStatus.QR);
        assertThat(gateway.redis().opsForValue().get(gateway.keys().qrCode(session)))
                .isEqualTo("qr-" + session);

        whatsApp.scan(session);
        awaitStatus(session, SessionStatus.CONNECTED);
        assertThat(gateway.session(session))
                .isNotNull()
                .extracting(SessionRecord::phoneNumber)
                .isEqualTo(FakeWhatsApp.PHONE);
        assertThat(gateway.redis().hasKey(gateway.keys().qrCode(session))).isFalse();

        assertThat(outcomeOf(gateway.publish(session, text("hello")))).isEqualTo(new Outcome.MessageSent(null, null));

        worker.close();
        assertThat(whatsApp.open()).isEmpty();
        worker = start("w1");
        await().atMost(PATIENCE).until(() -> whatsApp.open().size() == 1);
        assertThat(whatsApp.latest(session).request().credentials()).isNotNull();
        assertThat(outcomeOf(gateway.publish(session, text("again")))).isEqualTo(new Outcome.MessageSent(null, null));
        assertThat(whatsApp.messages()).hasSize(2);
    }

    @Test
    void checksNumbers() {
        UUID session = connected();
        whatsApp.number("391", NumberStatus.INVALID);
        whatsApp.number("392", NumberStatus.UNKNOWN);

        String check = gateway.publish(session, new Command.CheckNumbers(List.of("390", "391", "392")));

        assertThat(outcomeOf(check))
                .isEqualTo(new Outcome.NumbersChecked(
                        Map.of("390", NumberStatus.VALID, "391", NumberStatus.INVALID, "392", NumberStatus.UNKNOWN),
                        Map.of()));
    }

    @Test
    void showsHealthAndMetricsOnItsOwnPort() {
        connected();

        assertThat(get("/actuator/health/readiness")).contains("\"UP\"");
        assertThat(get("/actuator/health/liveness")).contains("\"UP\"");
        assertThat(get("/actuator/prometheus"))
                .contains("merpati_worker_sessions{application=\"worker\",status=\"connected\"} 1.0")
                .contains("merpati_worker_shards_owned{application=\"worker\"} 4.0")
                .contains(
                        "merpati_worker_command_outcomes_seconds_count{application=\"worker\",code=\"session_changed\",type=\"start-session\"} 1")
                .contains(
                        "merpati_worker_epoch_changes_total",
                        "merpati_worker_fenced_writes_refused_total",
                        "merpati_worker_dead_letters_total")
                .contains(
                        "merpati_worker_commands_in_flight",
                        "merpati_worker_commands_oldest_age_seconds",
                        "merpati_worker_media_budget_used_bytes")
                .contains("kafka_consumer_", "lettuce_");
    }

    private String get(String path) {
        HttpResponse<String> response = worker.call("GET", path);
        assertThat(response.statusCode()).as(response.body()).isEqualTo(200);
        return response.body();
    }
}
