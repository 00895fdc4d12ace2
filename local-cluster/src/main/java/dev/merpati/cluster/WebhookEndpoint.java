package dev.merpati.cluster;

import com.sun.net.httpserver.Headers;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import dev.merpati.embedded.FreePorts;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.time.Instant;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.ThreadLocalRandom;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * A tenant's receiving server on this machine: verifies each delivery, hands it to a listener before it answers, and can be made
 * to misbehave. Knows nothing of earlier deliveries: what is there twice is for the listener to see. Thread-safe.
 */
public final class WebhookEndpoint implements AutoCloseable {
    /** More than any body that Standard Webhooks recommends. */
    private static final int MOST_BYTES = 20 * 1024;

    /** Names the version of the build. */
    private static final String USER_AGENT = "Merpati/\\d+\\.\\d+\\.\\d+\\S* \\(webhooks\\)";

    private static final int NO_CONTENT = 204;
    private static final int UNAUTHORIZED = 401;
    private static final int TOO_MANY_REQUESTS = 429;
    private static final int SERVER_ERROR = 500;
    private static final int NO_BODY = -1;
    private static final JsonMapper JSON = JsonMapper.builder().build();

    /** How an endpoint treats deliveries. */
    public enum Mood {
        /** Keeps each and answers with 204. */
        GOOD,
        /** Answers every second delivery with 500, of those every second one after it was kept. */
        ERRORS,
        /** Answers nothing until the mood is over, and closes the connection then. */
        HANGS,
        /** Answers with 204 and keeps nothing. */
        FORGETS,
        /** Answers every second delivery with 429 and {@code Retry-After: 1}. */
        LIMITS,
        /** Closes every second connection without an answer, after the delivery was kept. */
        CUTS
    }

    /** Hears of what comes, on the thread of the delivery, before that is answered. */
    public interface Listener {
        /** A delivery was kept. */
        void kept(WebhookDelivery delivery);

        /** A delivery was answered as if it had been kept. */
        default void forgot(WebhookDelivery delivery) {}

        /** A delivery is left without an answer, and nothing is kept of it. */
        default void hung(WebhookDelivery delivery) {}

        /** Something came that no dispatcher may send, such as a wrong signature; nothing was kept of it. */
        void refused(String problem);
    }

    private record Moment(Mood mood, CountDownLatch over) {
        static Moment of(Mood mood) {
            return new Moment(mood, new CountDownLatch(1));
        }
    }

    private final int port = FreePorts.next();
    private final Listener listener;
    private final HttpServer server;
    private final ExecutorService threads = Executors.newThreadPerTaskExecutor(
            Thread.ofVirtual().name("endpoint-", 0).factory());
    private final @Nullable TcpProxy proxy;
    private volatile @Nullable WebhookSignature signature;
    private volatile Moment moment = Moment.of(Mood.GOOD);

    private WebhookEndpoint(Listener listener, boolean behindProxy) {
        this.listener = listener;
        try {
            server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), port), 0);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        server.setExecutor(threads);
        server.createContext("/", this::handle);
        server.start();
        proxy = behindProxy ? new TcpProxy(port) : null;
    }

    /** Opens one that accepts nothing until it was told its secret. */
    public static WebhookEndpoint open(Listener listener) {
        return new WebhookEndpoint(listener, false);
    }

    /** As {@link #open}, behind a cable that can be cut. */
    public static WebhookEndpoint behindProxy(Listener listener) {
        return new WebhookEndpoint(listener, true);
    }

    /** Where deliveries have to be sent. */
    public String url() {
        return "http://127.0.0.1:" + (proxy == null ? port : proxy.port()) + "/events";
    }

    /** Says which secret signs from now on. */
    public void trust(String secret) {
        signature = new WebhookSignature(secret);
    }

    /** Changes how deliveries are treated; those that hang are let go. */
    public void be(Mood mood) {
        CountDownLatch before = moment.over();
        moment = Moment.of(mood);
        before.countDown();
    }

    /** What all deliveries go through. */
    public TcpProxy proxy() {
        return TcpProxy.required(proxy);
    }

    @Override
    public void close() {
        be(Mood.GOOD);
        if (proxy != null) {
            proxy.close();
        }
        server.stop(0);
        threads.shutdownNow();
    }

    private void handle(HttpExchange exchange) throws IOException {
        try (exchange) {
            byte[] body = exchange.getRequestBody().readAllBytes();
            long receivedAt = System.nanoTime();
            WebhookDelivery delivery = verified(exchange, body, receivedAt);
            if (delivery == null) {
                answer(exchange, UNAUTHORIZED);
            } else {
                treat(exchange, delivery);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private void treat(HttpExchange exchange, WebhookDelivery delivery) throws IOException, InterruptedException {
        Moment now = moment;
        switch (now.mood()) {
            case GOOD -> keep(exchange, delivery);
            case ERRORS -> {
                if (isOneOfTwo()) {
                    if (isOneOfTwo()) {
                        listener.kept(delivery);
                    }
                    answer(exchange, SERVER_ERROR);
                } else {
                    keep(exchange, delivery);
                }
            }
            case HANGS -> {
                listener.hung(delivery);
                now.over().await();
            }
            case FORGETS -> {
                listener.forgot(delivery);
                answer(exchange, NO_CONTENT);
            }
            case LIMITS -> {
                if (isOneOfTwo()) {
                    exchange.getResponseHeaders().set("Retry-After", "1");
                    answer(exchange, TOO_MANY_REQUESTS);
                } else {
                    keep(exchange, delivery);
                }
            }
            case CUTS -> {
                if (isOneOfTwo()) {
                    listener.kept(delivery);
                } else {
                    keep(exchange, delivery);
                }
            }
        }
    }

    private void keep(HttpExchange exchange, WebhookDelivery delivery) throws IOException {
        listener.kept(delivery);
        answer(exchange, NO_CONTENT);
    }

    private static void answer(HttpExchange exchange, int status) throws IOException {
        exchange.sendResponseHeaders(status, NO_BODY);
    }

    private static boolean isOneOfTwo() {
        return ThreadLocalRandom.current().nextBoolean();
    }

    private @Nullable WebhookDelivery verified(HttpExchange exchange, byte[] body, long receivedAt) {
        Headers headers = exchange.getRequestHeaders();
        WebhookSignature trusted = signature;
        String problem = trusted == null
                ? "came before the webhook's secret was known"
                : trusted.problem(
                        headers.getFirst("webhook-id"),
                        headers.getFirst("webhook-timestamp"),
                        headers.getFirst("webhook-signature"),
                        body,
                        Instant.now());
        if (problem == null) {
            try {
                return read(exchange, body, receivedAt);
            } catch (JacksonException | IllegalArgumentException e) {
                problem = e.getMessage();
            }
        }
        listener.refused("a delivery that must not be: " + problem);
        return null;
    }

    private static WebhookDelivery read(HttpExchange exchange, byte[] body, long receivedAt) {
        Headers headers = exchange.getRequestHeaders();
        String userAgent = String.valueOf(headers.getFirst("User-Agent"));
        String contentType = String.valueOf(headers.getFirst("Content-Type"));
        require(exchange.getRequestMethod().equals("POST"), "the method is " + exchange.getRequestMethod());
        require(userAgent.matches(USER_AGENT), "the user agent is " + userAgent);
        require(contentType.startsWith("application/json"), "the content type is " + contentType);
        require(body.length <= MOST_BYTES, "the body has " + body.length + " bytes, allowed are " + MOST_BYTES);
        JsonNode event = JSON.readTree(body);
        JsonNode data = event.required("data");
        return new WebhookDelivery(
                headers.getFirst("webhook-id"),
                event.required("type").asString(),
                event.required("timestamp").asString(),
                data.path("sessionId").asString(""),
                data,
                receivedAt);
    }

    private static void require(boolean holds, String problem) {
        if (!holds) {
            throw new IllegalArgumentException(problem);
        }
    }
}
