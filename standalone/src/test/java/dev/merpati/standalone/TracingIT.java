package dev.merpati.standalone;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.merpati.standalone.SpanReceiver.ReceivedSpan;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The spans of one request, from HTTP over Kafka and the worker to WhatsApp's acknowledgement. */
@Tag("heavy")
class TracingIT {
    private static final Duration PATIENCE = Duration.ofSeconds(60);
    private static final String TRACE = "0af7651916cd43dd8448eb211c80319c";
    private static final String CALLER = "b7ad6b7169203331";

    @Test
    void aSendIsOneTraceFromTheRequestToTheAcknowledgement(@TempDir Path data) throws Exception {
        String recipient = Product.newNumber();
        String text = "a text that no span tells";
        try (SpanReceiver receiver = new SpanReceiver();
                Product product = Product.start(
                        data,
                        Map.of(
                                "management.opentelemetry.tracing.export.otlp.endpoint",
                                receiver.endpoint(),
                                "management.opentelemetry.tracing.export.schedule-delay",
                                "200ms"))) {
            String session = product.api().connectedSession(product.simulator(), Product.newNumber());
            product.simulator().addPhone(recipient);

            product.api()
                    .send(session, recipient, text, "traceparent", "00-" + TRACE + "-" + CALLER + "-00")
                    .expect(200);

            await().atMost(PATIENCE).untilAsserted(() -> {
                ReceivedSpan request = only(receiver, "http post /api/sessions/{sessionId}/send");
                assertThat(request.parentId())
                        .as("the trace of the caller goes on")
                        .isEqualTo(CALLER);
                assertThat(request.service()).contains("merpati-gateway");
                ReceivedSpan publishing = only(receiver, "merpati.commands send");
                assertThat(publishing.parentId()).isEqualTo(request.spanId());
                ReceivedSpan command = only(receiver, "process send-text");
                assertThat(command.parentId()).isEqualTo(publishing.spanId());
                assertThat(command.service()).contains("merpati-worker");
                ReceivedSpan acknowledgement = only(receiver, "whatsapp send");
                assertThat(acknowledgement.parentId()).isEqualTo(command.spanId());
                assertThat(acknowledgement.attributes()).contains("Acknowledged");
            });
            assertThat(receiver.spans())
                    .noneMatch(span -> (span.name() + span.attributes()).contains(recipient))
                    .noneMatch(span -> span.attributes().contains(text));
        }
    }

    private static ReceivedSpan only(SpanReceiver receiver, String name) {
        List<ReceivedSpan> found = receiver.spans().stream()
                .filter(span -> span.traceId().equals(TRACE) && span.name().equals(name))
                .toList();
        assertThat(found)
                .as(
                        "%s among %s",
                        name,
                        receiver.spans().stream()
                                .map(ReceivedSpan::name)
                                .distinct()
                                .toList())
                .hasSize(1);
        return found.getFirst();
    }
}
