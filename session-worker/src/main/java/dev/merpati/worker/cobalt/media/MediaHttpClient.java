package dev.merpati.worker.cobalt.media;

import dev.merpati.model.Json;
import dev.merpati.worker.cobalt.query.Deadline;
import it.auties.whatsapp.model.media.AttachmentType;
import java.io.IOException;
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
    /** Of a part of a history; those that WhatsApp sends are a few megabytes. */
    private static final int MAX_DOWNLOAD = 32 * 1024 * 1024;

    /** How an upload ended. */
    sealed interface Result {}

    /** The file is there. */
    public record Stored(String url, String directPath) implements Result {}

    /** It is not; {@code status} is the HTTP status, 0 when there was no response. */
    record Refused(int status) implements Result {}

    private final ExecutorService executor = Executors.newVirtualThreadPerTaskExecutor();
    private final HttpClient http;

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

    /**
     * Fetches what is stored under a path.
     *
     * @throws IOException when it is not there, is too large, or does not come in time
     */
    byte[] download(String host, String path, Deadline deadline) throws IOException {
        HttpRequest request = HttpRequest.newBuilder(URI.create("https://" + host + path))
                .header("Origin", ORIGIN)
                .GET()
                .build();
        CompletableFuture<HttpResponse<byte[]>> response =
                http.sendAsync(request, BodyHandlers.limiting(BodyHandlers.ofByteArray(), MAX_DOWNLOAD));
        try {
            HttpResponse<byte[]> got = response.get(deadline.left().toNanos(), TimeUnit.NANOSECONDS);
            if (got.statusCode() != OK) {
                throw new IOException("the media server says " + got.statusCode());
            }
            return got.body();
        } catch (TimeoutException | ExecutionException e) {
            throw new IOException("no response of the media server");
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException("interrupted");
        } finally {
            response.cancel(true);
        }
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
