package dev.merpati.gateway.health;

import static dev.merpati.gateway.harness.TestJson.body;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.merpati.gateway.harness.GatewayHarness;
import dev.merpati.gateway.harness.SharedGateway;
import dev.merpati.testlogging.ExpectErrors;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.http.MediaType;
import org.springframework.test.web.reactive.server.WebTestClient;

class OperationsIT {
    private final GatewayHarness gateway = SharedGateway.get();
    private final WebTestClient management = GatewayHarness.anonymous(gateway.managementPort());

    @Test
    void isReadyWhenKafkaAndRedisAre() {
        management
                .get()
                .uri("/actuator/health/readiness")
                .exchange()
                .expectStatus()
                .isOk();
        management
                .get()
                .uri("/actuator/health/liveness")
                .exchange()
                .expectStatus()
                .isOk();
    }

    @Test
    void startsWithoutRedisAndIsNotReadyThen() {
        // Nobody listens on port 1.
        try (ConfigurableApplicationContext other =
                gateway.startAnother("--spring.data.redis.url=redis://127.0.0.1:1")) {
            GatewayHarness.anonymous(other.getEnvironment().getRequiredProperty("local.management.port", Integer.class))
                    .get()
                    .uri("/actuator/health/readiness")
                    .exchange()
                    .expectStatus()
                    .isEqualTo(503);
        }
    }

    @Test
    void countsEveryRefusalByTheCodeOfItsAnswer() {
        double unauthorized = refused("unauthorized", "401");
        double limited = refused("rate_limit_exceeded", "429");
        double missing = refused("path_not_found", "404");

        gateway.anonymous().get().uri("/api/sessions").exchange().expectStatus().isUnauthorized();
        gateway.as(gateway.acme)
                .get()
                .uri("/api/nothing")
                .exchange()
                .expectStatus()
                .isNotFound();
        for (int i = 0; i < 6; i++) {
            gateway.as(gateway.limited).get().uri("/api/sessions").exchange();
        }

        assertThat(refused("unauthorized", "401")).isEqualTo(unauthorized + 1);
        assertThat(refused("path_not_found", "404")).isEqualTo(missing + 1);
        assertThat(refused("rate_limit_exceeded", "429")).isGreaterThan(limited);
    }

    private double refused(String code, String status) {
        return gateway
                .context()
                .getBean(MeterRegistry.class)
                .find("merpati.gateway.errors")
                .tags("code", code, "status", status)
                .counters()
                .stream()
                .mapToDouble(Counter::count)
                .sum();
    }

    @Test
    void measuresWhatItDoesWithoutNamingTenantsOrSessions() {
        UUID session = gateway.connectedSession(gateway.acme);
        body(
                gateway.as(gateway.acme)
                        .post()
                        .uri("/api/sessions/" + session + "/send")
                        .contentType(MediaType.APPLICATION_JSON)
                        .bodyValue("{\"to\":\"6281234567890\",\"message\":\"hi\"}"),
                200);

        String metrics = management
                .get()
                .uri("/actuator/prometheus")
                .exchange()
                .expectStatus()
                .isOk()
                .expectBody(String.class)
                .returnResult()
                .getResponseBody();

        assertThat(metrics)
                .contains("merpati_gateway_commands_published_total{")
                .contains(
                        "merpati_gateway_command_outcomes_seconds_count{application=\"gateway\",code=\"ok\",type=\"send-text\"}")
                .contains("merpati_gateway_outcomes_awaited{")
                .contains("lettuce_command_completion_seconds_count")
                .contains("kafka_producer_request_latency_avg")
                .contains("http_server_requests_seconds_count")
                .contains("uri=\"/api/sessions/{sessionId}/send\"")
                .doesNotContain(session.toString())
                .doesNotContain("6281234567890")
                .doesNotContain("acme");
    }

    @Test
    @ExpectErrors(logger = "org.springframework.boot.SpringApplication", message = "4 partitions")
    void doesNotStartWhenTheTopicHasAnotherNumberOfPartitions() {
        assertThatThrownBy(() -> gateway.startAnother("--merpati.shards=8"))
                .hasStackTraceContaining(
                        "merpati.shards is 8, but topic test.commands has 4 partitions: both must be the same");
    }
}
