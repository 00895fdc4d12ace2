package dev.merpati.gateway.session;

import static dev.merpati.gateway.harness.TestJson.body;
import static org.assertj.core.api.Assertions.assertThat;

import dev.merpati.gateway.harness.GatewayHarness;
import dev.merpati.gateway.harness.SharedGateway;
import dev.merpati.model.command.Command;
import dev.merpati.model.command.CommandEnvelope;
import dev.merpati.model.outcome.FailureCode;
import dev.merpati.model.outcome.Outcome;
import dev.merpati.model.session.SessionRecord;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicInteger;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.springframework.test.web.reactive.server.WebTestClient;

/** Deletion with workers that refuse or die, and gateways that do. */
class SessionDeletionIT {
    private final GatewayHarness gateway = SharedGateway.get();
    private final WebTestClient acme = gateway.as(gateway.acme);
    private final UUID session = gateway.connectedSession(gateway.acme);

    @Test
    void asksAWorkerThatIsBusyAgain() {
        gateway.worker().forgetOnDelete();
        AtomicInteger deletes = new AtomicInteger();
        gateway.worker()
                .on(envelope -> Optional.of(
                        deletes.incrementAndGet() < 3
                                ? Outcome.Failed.of(FailureCode.SESSION_BUSY, "")
                                : new Outcome.SessionChanged()));

        body(delete(), 200);

        assertThat(deletes).hasValue(3);
        assertThat(sessionExists()).isFalse();
        body(delete(), 404);
    }

    @Test
    void hidesASessionWhoseWorkerGoesOnRefusingAndAsksAgainWithTheNextDelete() {
        gateway.worker().on(envelope -> Optional.of(Outcome.Failed.of(FailureCode.SESSION_BUSY, "")));

        body(delete(), 200);

        body(acme.get().uri("/api/sessions/" + session), 404);
        assertThat(gateway.worker().redis().hexists(key(), SessionRecord.DELETED))
                .as("workers look for the mark")
                .isTrue();
        gateway.worker().reset();
        gateway.worker().forgetOnDelete();
        body(delete(), 200);
        assertThat(deletes()).hasSize(1);
        assertThat(sessionExists()).isFalse();
    }

    @Tag("heavy")
    @Test
    void submitsAgainWhenTheWorkerDiedOverTheFirst() {
        gateway.worker().on(envelope -> Optional.empty());

        body(delete(), 200);
        body(acme.get().uri("/api/sessions/" + session), 404);
        body(delete(), 200);

        assertThat(deletes()).hasSize(2);
        assertThat(gateway.worker().redis().hexists(key(), SessionRecord.DELETED))
                .isTrue();
    }

    @Test
    void submitsForAGatewayThatDiedAfterItsMark() {
        gateway.worker().redis().hset(key(), SessionRecord.DELETED, "an attempt that died");
        gateway.worker().forgetOnDelete();

        body(acme.get().uri("/api/sessions/" + session), 404);
        body(delete(), 200);

        Awaitility.await().until(() -> !sessionExists());
        body(delete(), 404);
    }

    @Tag("heavy")
    @Test
    void tellsWorkersHowLongItMayTakeItsMarkBack() {
        gateway.worker().on(envelope -> Optional.empty());

        body(delete(), 200);
        assertThat(Long.parseLong(gateway.worker().redis().hget(key(), SessionRecord.DELETED_FROM)))
                .isBetween(System.currentTimeMillis() + 10_000, System.currentTimeMillis() + 60_000);

        body(delete(), 200);
        assertThat(gateway.worker().redis().hexists(key(), SessionRecord.DELETED_FROM))
                .as("Kafka has a command to delete it")
                .isFalse();
    }

    @Test
    void confirmsASessionOnceKafkaHasTheCommandToStartIt() {
        assertThat(gateway.worker().redis().hexists(key(), SessionRecord.CONFIRM_BY))
                .isFalse();
    }

    @Test
    void letsNobodyElseDeleteAMarkedSession() {
        gateway.worker().redis().hset(key(), SessionRecord.DELETED, "an attempt that died");

        body(gateway.as(gateway.other).delete().uri("/api/sessions/" + session), 403);

        assertThat(deletes()).isEmpty();
    }

    private List<CommandEnvelope> deletes() {
        return gateway.worker().received(Command.DeleteSession.class);
    }

    private boolean sessionExists() {
        return gateway.worker().redis().exists(key()) == 1;
    }

    private String key() {
        return gateway.worker().keys().session(session);
    }

    private WebTestClient.RequestHeadersSpec<?> delete() {
        return acme.delete().uri("/api/sessions/" + session);
    }
}
