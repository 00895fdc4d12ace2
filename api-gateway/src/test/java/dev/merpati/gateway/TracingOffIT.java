package dev.merpati.gateway;

import static dev.merpati.gateway.harness.TestJson.body;
import static org.assertj.core.api.Assertions.assertThat;

import dev.merpati.gateway.harness.GatewayHarness;
import dev.merpati.gateway.harness.SharedGateway;
import dev.merpati.model.command.Command;
import io.micrometer.tracing.Tracer;
import io.opentelemetry.api.OpenTelemetry;
import io.opentelemetry.sdk.trace.export.SpanExporter;
import java.util.Arrays;
import java.util.UUID;
import org.apache.kafka.common.header.Header;
import org.junit.jupiter.api.Test;
import org.springframework.http.MediaType;

/** Without a collector there is no tracing at all. */
class TracingOffIT {
    private final GatewayHarness gateway = SharedGateway.get();

    @Test
    void nothingIsTracedAndNoRecordHasATrace() {
        UUID session = gateway.connectedSession(gateway.acme);
        gateway.worker().reset();

        body(
                gateway.as(gateway.acme)
                        .post()
                        .uri("/api/sessions/" + session + "/send")
                        .header("traceparent", "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01")
                        .contentType(MediaType.APPLICATION_JSON)
                        .bodyValue("{\"to\":\"6281234567890\",\"message\":\"hi\"}"),
                200);

        assertThat(gateway.worker().received(Command.Send.class)).hasSize(1);
        assertThat(gateway.worker().records())
                .isNotEmpty()
                .allSatisfy(record -> assertThat(
                                Arrays.stream(record.headers().toArray()).map(Header::key))
                        .containsExactlyInAnyOrder("x-request-id", "x-tenant-id"));
        for (Class<?> type : new Class<?>[] {Tracer.class, OpenTelemetry.class, SpanExporter.class}) {
            assertThat(gateway.context().getBeansOfType(type))
                    .as(type.getName())
                    .isEmpty();
        }
    }
}
