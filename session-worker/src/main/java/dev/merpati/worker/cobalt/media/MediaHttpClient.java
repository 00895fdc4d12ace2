package dev.merpati.worker.cobalt.media;

import dev.merpati.model.Json;
import dev.merpati.worker.cobalt.query.Deadline;
import it.auties.whatsapp.model.media.AttachmentType;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetSocketAddress;
import java.net.ProxySelector;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.time.Duration;
import java.util.Base64;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManagerFactory;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;

/** Uploads and downloads over HTTP, for all connections. Thread-safe. */
public final class MediaHttpClient implements AutoCloseable {
    private static final String ORIGIN = "https://web.whatsapp.com";
    private static final int OK = 200;
    private static final int MAX_RESPONSE = 64 * 1024;

    /** How an upload ended. */
    sealed interface Result {}

    /** The file is there. */
    public record Stored(String url, String directPath) implements Result {}

    /** It is not; {@code status} is the HTTP status, 0 when there was no response. */
    record Refused(int status) implements Result {}

    private final ExecutorService executor = Executors.newVirtualThreadPerTaskExecutor();
    private final HttpClient http;
    private final MediaHosts hosts = new MediaHosts();

    public MediaHttpClient(TrustManagerFactory authorities, @Nullable URI proxy, Duration connectTimeout) {
        HttpClient.Builder builder = HttpClient.newBuilder()
                .version(HttpClient.Version.HTTP_1_1)
                .connectTimeout(connectTimeout)
                .executor(executor)
                .sslContext(sslContext(authorities));
        // Never the JVM's default proxy: where to go is this connector's setting.
        builder.proxy(
                proxy == null
                        ? HttpClient.Builder.NO_PROXY
                        : ProxySelector.of(new InetSocketAddress(proxy.getHost(), proxy.getPort())));
        http = builder.build();
    }

    /** Begins an upload. Cancelling the future ends it, wherever it is: a response's body has no time-out of its own. */
    CompletableFuture<HttpResponse<String>> upload(
            EncryptedMedia media, AttachmentType type, MediaUploader.MediaConnection connection) {
        HttpRequest request = HttpRequest.newBuilder(uri(media, type, connection))
                .header("Content-Type", "application/octet-stream")
                .header("Origin", ORIGIN)
                .POST(BodyPublishers.fromPublisher(BodyPublishers.ofInputStream(media::open), media.encryptedLength()))
                .build();
        return http.sendAsync(request, BodyHandlers.limiting(BodyHandlers.ofString(), MAX_RESPONSE));
    }

    /** The hosts to download from. */
    MediaHosts hosts() {
        return hosts;
    }

    /**
     * Begins to fetch what is stored at an address. The stream is to be closed.
     *
     * @param silence how long the server may send nothing
     * @throws MediaStatusException when the server answers with anything but a success
     * @throws TooLargeMediaException when it says that it is too long
     * @throws IOException when there is no response in time
     */
    InputStream open(URI address, long maxBytes, Duration silence, Deadline deadline) throws IOException {
        HttpRequest request = HttpRequest.newBuilder(address)
                .header("Origin", ORIGIN)
                .header("Referer", ORIGIN + "/")
                .GET()
                .build();
        CompletableFuture<HttpResponse<InputStream>> response = http.sendAsync(
                request,
                head -> head.statusCode() == OK
                        ? new BodyStream(maxBytes, silence, deadline)
                        : HttpResponse.BodySubscribers.replacing(InputStream.nullInputStream()));
        try {
            return checked(response.get(deadline.left(silence).toNanos(), TimeUnit.NANOSECONDS), maxBytes);
        } catch (TimeoutException | ExecutionException e) {
            // The message of what is behind it may hold the address.
            response.cancel(true);
            throw new IOException("no response of the media server");
        } catch (InterruptedException e) {
            response.cancel(true);
            Thread.currentThread().interrupt();
            throw new IOException("interrupted");
        }
    }

    private static InputStream checked(HttpResponse<InputStream> response, long maxBytes) throws IOException {
        InputStream body = response.body();
        if (response.statusCode() != OK) {
            throw new MediaStatusException(response.statusCode());
        }
        if (response.headers().firstValueAsLong("Content-Length").orElse(0) > maxBytes) {
            body.close();
            throw new TooLargeMediaException(maxBytes);
        }
        return body;
    }

    static Result read(HttpResponse<String> response) {
        return response.statusCode() == OK ? read(response.body()) : new Refused(response.statusCode());
    }

    /** A file without an address would be a message that nobody can open. */
    private static Result read(String body) {
        try {
            JsonNode answer = Json.MAPPER.readTree(body);
            String url = answer.path("url").asString("");
            String directPath = answer.path("direct_path").asString("");
            return url.isEmpty() || directPath.isEmpty() ? new Refused(OK) : new Stored(url, directPath);
        } catch (JacksonException e) {
            return new Refused(OK);
        }
    }

    private static URI uri(EncryptedMedia media, AttachmentType type, MediaUploader.MediaConnection connection) {
        String token = Base64.getUrlEncoder().withoutPadding().encodeToString(media.encryptedSha256());
        return URI.create("https://" + connection.host() + "/" + type.path().orElseThrow() + "/" + token + "?auth="
                + URLEncoder.encode(connection.auth(), StandardCharsets.UTF_8) + "&token=" + token);
    }

    private static SSLContext sslContext(TrustManagerFactory authorities) {
        try {
            SSLContext context = SSLContext.getInstance("TLS");
            context.init(null, authorities.getTrustManagers(), null);
            return context;
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("This JVM has no TLS", e);
        }
    }

    @Override
    public void close() {
        http.shutdownNow();
        executor.shutdownNow();
    }
}
