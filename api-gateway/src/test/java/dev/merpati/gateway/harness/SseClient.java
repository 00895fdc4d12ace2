package dev.merpati.gateway.harness;

import static org.awaitility.Awaitility.await;

import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import org.jspecify.annotations.Nullable;
import reactor.core.Disposable;
import reactor.core.publisher.Flux;
import reactor.netty.http.client.HttpClient;
import reactor.netty.resources.ConnectionProvider;
import reactor.util.retry.Retry;

/** A client that keeps a stream of server-sent events open and notes what comes. */
public final class SseClient implements AutoCloseable {
    private static final Duration PATIENCE = Duration.ofSeconds(30);
    private static final HttpClient HTTP = HttpClient.create(
            ConnectionProvider.builder("streams").maxConnections(10_000).build());

    private final List<Received> events = new CopyOnWriteArrayList<>();
    private final List<String> comments = new CopyOnWriteArrayList<>();
    private final StringBuilder rest = new StringBuilder();
    private final Disposable connection;
    private volatile @Nullable String lastId;
    private volatile int status;
    private volatile boolean ended;

    /** One event. */
    public record Received(String id, String type, String data) {}

    private SseClient(int port, String path, Map<String, String> own) {
        this.connection = HTTP.headers(headers -> {
                    headers.set("Accept", "text/event-stream");
                    own.forEach(headers::set);
                })
                .get()
                .uri("http://127.0.0.1:" + port + path)
                .response((response, content) -> {
                    status = response.status().code();
                    return status == 503
                            ? Flux.error(new IllegalStateException("the gateway is busy"))
                            : content.asString(StandardCharsets.UTF_8).doOnNext(this::add);
                })
                // As a client does on a machine that is too slow for a moment.
                .retryWhen(Retry.fixedDelay(30, Duration.ofMillis(500)).filter(IllegalStateException.class::isInstance))
                .onErrorComplete()
                .doFinally(end -> ended = true)
                .subscribe();
    }

    /** Opens a stream and returns when it has begun. */
    public static SseClient open(int port, String path, String apiKey, @Nullable String lastEventId) {
        return open(
                port,
                path,
                lastEventId == null
                        ? Map.of("X-API-Key", apiKey)
                        : Map.of("X-API-Key", apiKey, "Last-Event-ID", lastEventId));
    }

    /** As a client with these headers. */
    public static SseClient open(int port, String path, Map<String, String> headers) {
        SseClient client = new SseClient(port, path, headers);
        await().atMost(PATIENCE).until(() -> client.lastId != null || client.ended);
        return client;
    }

    /** Opens a stream and does not wait for it. */
    public static SseClient begin(int port, String path, String apiKey) {
        return new SseClient(port, path, Map.of("X-API-Key", apiKey));
    }

    private synchronized void add(String text) {
        rest.append(text);
        int end = rest.indexOf("\n\n");
        while (end >= 0) {
            block(rest.substring(0, end));
            rest.delete(0, end + 2);
            end = rest.indexOf("\n\n");
        }
    }

    private void block(String block) {
        String type = "";
        String data = null;
        for (String line : block.split("\n", -1)) {
            if (line.startsWith("id: ")) {
                lastId = line.substring(4);
            } else if (line.startsWith("event: ")) {
                type = line.substring(7);
            } else if (line.startsWith("data: ")) {
                data = line.substring(6);
            } else if (line.startsWith(":")) {
                comments.add(line);
            }
        }
        if (data != null) {
            events.add(new Received(String.valueOf(lastId), type, data));
        }
    }

    public int status() {
        return status;
    }

    public boolean hasBegun() {
        return lastId != null;
    }

    public boolean hasEnded() {
        return ended;
    }

    /** What the client would send as {@code Last-Event-ID}. */
    public @Nullable String lastId() {
        return lastId;
    }

    public List<String> comments() {
        return comments;
    }

    public List<Received> events() {
        return events;
    }

    public List<String> ids() {
        return events.stream().map(Received::id).toList();
    }

    @Override
    public void close() {
        connection.dispose();
    }
}
