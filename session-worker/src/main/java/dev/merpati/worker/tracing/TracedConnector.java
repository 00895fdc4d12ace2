package dev.merpati.worker.tracing;

import dev.merpati.model.whatsapp.ClientVersion;
import dev.merpati.worker.whatsapp.ConnectionListener;
import dev.merpati.worker.whatsapp.ConnectionRequest;
import dev.merpati.worker.whatsapp.IncomingContent;
import dev.merpati.worker.whatsapp.MediaReader;
import dev.merpati.worker.whatsapp.MediaUnavailableException;
import dev.merpati.worker.whatsapp.NumberCheck;
import dev.merpati.worker.whatsapp.OutgoingMessage;
import dev.merpati.worker.whatsapp.PairingCodeResult;
import dev.merpati.worker.whatsapp.PasskeyResult;
import dev.merpati.worker.whatsapp.ReceivedReference;
import dev.merpati.worker.whatsapp.ReuploadResult;
import dev.merpati.worker.whatsapp.SendResult;
import dev.merpati.worker.whatsapp.WhatsAppConnection;
import dev.merpati.worker.whatsapp.WhatsAppConnector;
import io.micrometer.tracing.Span;
import io.micrometer.tracing.Tracer;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.function.BooleanSupplier;
import java.util.function.Function;
import java.util.function.Supplier;

/**
 * Another connector with a span for each try to send a message, which ends with WhatsApp's acknowledgement, and for each
 * question about numbers. Both are below the span of their command. No span tells a number or a text.
 */
public final class TracedConnector implements WhatsAppConnector {
    private final WhatsAppConnector connector;
    private final Tracer tracer;

    public TracedConnector(WhatsAppConnector connector, Tracer tracer) {
        this.connector = connector;
        this.tracer = tracer;
    }

    @Override
    public WhatsAppConnection open(ConnectionRequest request, ConnectionListener listener) {
        return new TracedConnection(connector.open(request, listener));
    }

    @Override
    public Optional<ClientVersion> newestVersion() {
        return connector.newestVersion();
    }

    @Override
    public void download(IncomingContent.Media media, long maxBytes, MediaReader reader)
            throws MediaUnavailableException {
        connector.download(media, maxBytes, reader);
    }

    @Override
    public void close() {
        connector.close();
    }

    private final class TracedConnection implements WhatsAppConnection {
        private final WhatsAppConnection connection;

        TracedConnection(WhatsAppConnection connection) {
            this.connection = connection;
        }

        @Override
        public SendResult send(OutgoingMessage message, BooleanSupplier stillOurs, Duration timeout) {
            return traced(
                    "whatsapp send",
                    () -> connection.send(message, stillOurs, timeout),
                    result -> result.getClass().getSimpleName());
        }

        @Override
        public Map<String, NumberCheck> checkNumbers(List<String> phoneNumbers, Duration timeout) {
            return traced(
                    "whatsapp check-numbers",
                    () -> connection.checkNumbers(phoneNumbers, timeout),
                    answers -> answers.size() + " answers");
        }

        @Override
        public CompletableFuture<ReuploadResult> requestReupload(ReceivedReference file) {
            return connection.requestReupload(file);
        }

        @Override
        public PairingCodeResult requestPairingCode(String phoneNumber, Duration timeout) {
            return traced(
                    "whatsapp request-pairing-code",
                    () -> connection.requestPairingCode(phoneNumber, timeout),
                    result -> result.getClass().getSimpleName());
        }

        @Override
        public PasskeyResult answerPasskey(String assertion, Duration timeout) {
            return traced(
                    "whatsapp answer-passkey",
                    () -> connection.answerPasskey(assertion, timeout),
                    result -> result.getClass().getSimpleName());
        }

        @Override
        public boolean unlink(Duration timeout) {
            return connection.unlink(timeout);
        }

        @Override
        public void close(Duration timeout) {
            connection.close(timeout);
        }

        @Override
        public void abort() {
            connection.abort();
        }
    }

    private <T> T traced(String name, Supplier<T> call, Function<T, String> result) {
        Span span = tracer.spanBuilder().name(name).kind(Span.Kind.CLIENT).start();
        try (Tracer.SpanInScope _ = tracer.withSpan(span)) {
            T answer = call.get();
            span.tag("whatsapp.result", result.apply(answer));
            return answer;
        } catch (RuntimeException | Error e) {
            span.error(e);
            throw e;
        } finally {
            span.end();
        }
    }
}
