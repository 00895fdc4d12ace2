package dev.merpati.dispatcher.http;

import dev.merpati.dispatcher.http.HttpAnswer.Result;
import dev.merpati.model.webhook.PublicAddresses;
import dev.merpati.model.webhook.WebhookUrl;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelOption;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.ssl.SslContext;
import io.netty.handler.ssl.SslContextBuilder;
import io.netty.util.AttributeKey;
import java.io.ByteArrayOutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.net.UnknownHostException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeoutException;
import javax.net.ssl.SSLException;
import org.jspecify.annotations.Nullable;
import org.reactivestreams.Publisher;
import reactor.core.publisher.Mono;
import reactor.netty.ByteBufFlux;
import reactor.netty.http.client.HttpClient;
import reactor.netty.http.client.HttpClientResponse;
import reactor.netty.resources.ConnectionProvider;

/**
 * Calls endpoints that strangers chose. Each connection is made only to an address that is allowed, whatever its name or spelling:
 * the check is on the addresses that would be connected to, after the name was resolved. Follows no redirects, uses no proxy, keeps no
 * cookies. An attempt takes no longer than its time-out; of an answer it reads {@value #MOST_READ} bytes, of its head
 * {@value #MOST_HEAD}. Thread-safe, non-blocking.
 */
public final class WebhookClient implements HttpPoster, AutoCloseable {
    static final int MOST_KEPT = 1_024;
    static final int MOST_READ = 64 * 1_024;
    static final int MOST_HEAD = 16 * 1_024;

    private static final AttributeKey<String> ENDPOINT = AttributeKey.valueOf(WebhookClient.class, "endpoint");
    private static final Duration IDLE = Duration.ofSeconds(30);
    /** Then the name is resolved anew, in case that the endpoint has moved. */
    private static final Duration LIFE = Duration.ofMinutes(5);

    private static final Duration QUERY = Duration.ofSeconds(2);
    private static final Duration LONGEST_CACHED = Duration.ofMinutes(1);

    private final HttpClient client;
    private final ConnectionProvider connections;
    private final Duration timeout;
    private final InstantSource clock;

    /**
     * What bounds an attempt.
     *
     * @param connectTimeout for the connection, and for its encryption
     * @param timeout for all of it
     * @param maxConnections to one endpoint
     */
    public record Limits(Duration connectTimeout, Duration timeout, int maxConnections) {}

    /** @param tls trusts what the platform trusts when it is null */
    public WebhookClient(Limits limits, WebhookUrl.Policy policy, InstantSource clock, @Nullable SslContext tls) {
        this.timeout = limits.timeout();
        this.clock = clock;
        this.connections = ConnectionProvider.builder("webhooks")
                .maxConnections(limits.maxConnections())
                .pendingAcquireMaxCount(-1) // Whoever sends has no more under way than there are connections.
                .pendingAcquireTimeout(limits.timeout())
                .maxIdleTime(IDLE)
                .maxLifeTime(LIFE)
                .lifo()
                .evictInBackground(IDLE)
                .disposeInactivePoolsInBackground(IDLE, IDLE.multipliedBy(2))
                .build();
        HttpClient plain = HttpClient.create(connections)
                .option(
                        ChannelOption.CONNECT_TIMEOUT_MILLIS,
                        Math.toIntExact(limits.connectTimeout().toMillis()))
                .resolver(spec -> spec.queryTimeout(QUERY).cacheMaxTimeToLive(LONGEST_CACHED))
                .httpResponseDecoder(spec -> spec.maxHeaderSize(MOST_HEAD).maxInitialLineLength(MOST_HEAD))
                .secure(spec ->
                        spec.sslContext(tls == null ? platformTrust() : tls).handshakeTimeout(limits.connectTimeout()));
        this.client = policy.privateAddresses()
                ? plain
                : plain.resolvedAddressesSelector((_, addresses) -> publicOnly(addresses));
    }

    @Override
    public CompletableFuture<HttpAnswer> post(
            String endpoint, WebhookUrl url, Map<String, String> headers, byte[] body) {
        Exchange exchange = new Exchange();
        CompletableFuture<HttpAnswer> result = new CompletableFuture<>();
        client.attr(ENDPOINT, endpoint)
                .headers(all -> headers.forEach(all::set))
                .post()
                .uri(url.uri())
                .send(Mono.fromSupplier(() -> Unpooled.wrappedBuffer(body)))
                .response(exchange::read)
                .then()
                .timeout(timeout)
                .subscribe(
                        nothing -> {},
                        failure -> result.complete(exchange.answer(failure)),
                        () -> result.complete(exchange.answer(null)));
        return result;
    }

    private static SslContext platformTrust() {
        try {
            return SslContextBuilder.forClient().build();
        } catch (SSLException e) {
            throw new IllegalStateException("this platform has no TLS", e);
        }
    }

    @Override
    public void close() {
        connections.dispose();
    }

    private static List<? extends SocketAddress> publicOnly(List<? extends SocketAddress> addresses) {
        List<? extends SocketAddress> allowed = addresses.stream()
                .filter(address -> address instanceof InetSocketAddress socket && isPublic(socket.getAddress()))
                .toList();
        if (allowed.isEmpty()) {
            throw new NoPublicAddressException();
        }
        return allowed;
    }

    private static boolean isPublic(@Nullable InetAddress address) {
        return address != null && PublicAddresses.contains(address);
    }

    /** One request and what is known of its answer. The network's threads write it one after the other. */
    private final class Exchange {
        private final ByteArrayOutputStream beginning = new ByteArrayOutputStream();
        private int statusCode;
        private @Nullable String retryAfter;
        private int read;

        synchronized Publisher<Void> read(HttpClientResponse response, ByteBufFlux content) {
            statusCode = response.status().code();
            retryAfter = response.responseHeaders().get(HttpHeaderNames.RETRY_AFTER);
            // Leaving off early closes the connection.
            return content.doOnNext(this::keep).takeUntil(_ -> isEnough()).then();
        }

        private synchronized void keep(ByteBuf part) {
            int length = part.readableBytes();
            byte[] bytes = new byte[Math.min(MOST_KEPT - beginning.size(), length)];
            part.getBytes(part.readerIndex(), bytes);
            beginning.writeBytes(bytes);
            read += length;
        }

        private synchronized boolean isEnough() {
            return read > MOST_READ;
        }

        /** The status counts as soon as it is there, however the body ended. */
        synchronized HttpAnswer answer(@Nullable Throwable failure) {
            return statusCode == 0
                    ? FailedRequest.describe(failure)
                    : HttpAnswer.ofStatus(
                            statusCode, text(beginning.toByteArray()), RetryAfter.parse(retryAfter, clock.instant()));
        }
    }

    /** As UTF-8, without the part of a character that may stand at the end, and without control characters. */
    private static String text(byte[] bytes) {
        String text = new String(bytes, StandardCharsets.UTF_8);
        int end = bytes.length == MOST_KEPT && text.endsWith("\ufffd") ? text.length() - 1 : text.length();
        StringBuilder clean = new StringBuilder(end);
        for (int i = 0; i < end; i++) {
            char c = text.charAt(i);
            clean.append(Character.isISOControl(c) && c != '\n' && c != '\t' ? ' ' : c);
        }
        return clean.toString();
    }

    /** Nothing is connected to: no address is on the public Internet. */
    static final class NoPublicAddressException extends RuntimeException {
        private static final long serialVersionUID = 1L;
    }

    /** Tells why there was no answer. Says nothing of addresses, which are ours to know. */
    private static final class FailedRequest {
        static HttpAnswer describe(@Nullable Throwable failure) {
            for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
                switch (cause) {
                    case NoPublicAddressException _ -> {
                        return HttpAnswer.none(Result.NO_ADDRESS, "the host has no address on the public Internet");
                    }
                    case UnknownHostException _ -> {
                        return HttpAnswer.none(Result.NO_ADDRESS, "the host's name has no address");
                    }
                    case SSLException _ -> {
                        return HttpAnswer.none(
                                Result.TLS, "the certificate is not valid for the host, or TLS failed otherwise");
                    }
                    case TimeoutException _, io.netty.channel.ConnectTimeoutException _ -> {
                        return HttpAnswer.none(Result.TIMEOUT, "no answer in time");
                    }
                    case io.netty.handler.codec.DecoderException e
                    when !(e.getCause() instanceof SSLException) -> {
                        return HttpAnswer.none(Result.MALFORMED, "the answer is not HTTP, or its head is too large");
                    }
                    case java.net.ConnectException _ -> {
                        return HttpAnswer.none(Result.CONNECTION, "the endpoint refused the connection");
                    }
                    default -> {
                        // The reason may be further down.
                    }
                }
            }
            return HttpAnswer.none(Result.CONNECTION, "the connection ended before an answer");
        }
    }
}
