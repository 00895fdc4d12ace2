package dev.merpati.dispatcher.webhook;

import static org.awaitility.Awaitility.await;

import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Function;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.netty.DisposableServer;
import reactor.netty.http.server.HttpServer;
import reactor.netty.http.server.HttpServerRequest;
import reactor.netty.http.server.HttpServerResponse;

/** A customer's endpoint, which answers as it is told. Thread-safe. */
public final class TestEndpoint implements AutoCloseable {
    public static final Reply OK = Reply.of(200);

    private final DisposableServer server;
    private final List<Received> received = new CopyOnWriteArrayList<>();
    private final AtomicInteger count = new AtomicInteger();
    private volatile boolean keeping = true;
    private volatile Function<Received, Reply> behaviour = request -> OK;

    /** A request, with the names of its headers in lower case. */
    public record Received(String method, String path, Map<String, String> headers, String body) {
        public String id() {
            return headers.getOrDefault("webhook-id", "");
        }
    }

    /**
     * What is answered.
     *
     * @param hangs whether there is no answer at all
     * @param cuts whether the connection is closed instead
     */
    public record Reply(int status, Map<String, String> headers, Flux<String> body, boolean hangs, boolean cuts) {
        public static Reply of(int status) {
            return new Reply(status, Map.of(), Flux.just("answer " + status), false, false);
        }

        public static Reply of(int status, String header, String value) {
            return new Reply(status, Map.of(header, value), Flux.empty(), false, false);
        }

        public static Reply of(int status, Flux<String> body) {
            return new Reply(status, Map.of(), body, false, false);
        }

        public static Reply hanging() {
            return new Reply(200, Map.of(), Flux.empty(), true, false);
        }

        public static Reply cutting() {
            return new Reply(200, Map.of(), Flux.empty(), false, true);
        }
    }

    public TestEndpoint() {
        this(HttpServer.create());
    }

    public TestEndpoint(HttpServer http) {
        server = http.host("127.0.0.1").port(0).handle(this::handle).bindNow();
    }

    public int port() {
        return server.port();
    }

    public String url() {
        return "http://127.0.0.1:" + server.port() + "/hook";
    }

    public void behave(Function<Received, Reply> next) {
        behaviour = next;
    }

    /** Keeps no requests any more, only their number. */
    public void onlyCount() {
        keeping = false;
    }

    public int count() {
        return count.get();
    }

    public List<Received> received() {
        return List.copyOf(received);
    }

    public List<String> ids() {
        return received.stream().map(Received::id).toList();
    }

    public void awaitCount(int requests) {
        await().atMost(Duration.ofMinutes(1)).until(() -> count.get() >= requests);
    }

    private Mono<Void> handle(HttpServerRequest request, HttpServerResponse response) {
        return request.receive()
                .aggregate()
                .asString(StandardCharsets.UTF_8)
                .defaultIfEmpty("")
                .flatMap(body -> {
                    Map<String, String> headers = new TreeMap<>();
                    request.requestHeaders()
                            .forEach(header ->
                                    headers.put(header.getKey().toLowerCase(java.util.Locale.ROOT), header.getValue()));
                    Received one = new Received(request.method().name(), request.uri(), headers, body);
                    if (keeping) {
                        received.add(one);
                    }
                    count.incrementAndGet();
                    Reply reply = behaviour.apply(one);
                    if (reply.hangs()) {
                        return Mono.never();
                    }
                    if (reply.cuts()) {
                        request.withConnection(connection -> connection.dispose());
                        return Mono.never();
                    }
                    reply.headers().forEach(response::header);
                    return response.status(reply.status())
                            .sendString(reply.body())
                            .then();
                });
    }

    @Override
    public void close() {
        server.disposeNow(Duration.ofSeconds(1));
    }
}
