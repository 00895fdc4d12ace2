package dev.merpati.worker.cobalt.media;

import dev.merpati.worker.cobalt.query.Deadline;
import dev.merpati.worker.cobalt.query.IqClient;
import dev.merpati.worker.cobalt.query.SendFailedException;
import dev.merpati.worker.whatsapp.SendResult;
import it.auties.whatsapp.model.media.AttachmentType;
import it.auties.whatsapp.model.node.Node;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;

/**
 * Uploads files to WhatsApp's media server, with the host and the token that the chat server hands out. One per stream;
 * {@link #close} may come from any thread.
 */
public final class MediaUploader {
    private static final int UNAUTHORIZED = 401;
    private static final int FORBIDDEN = 403;
    private static final int NO_RESPONSE = 0;

    private final IqClient iq;
    private final MediaHttpClient http;
    private volatile @Nullable MediaConnection connection;
    private @Nullable Future<?> upload;
    private boolean closed;

    public MediaUploader(IqClient iq, MediaHttpClient http) {
        this.iq = iq;
        this.http = http;
    }

    public MediaHttpClient.Stored upload(EncryptedMedia media, AttachmentType type, Deadline deadline)
            throws SendFailedException {
        MediaConnection held = connection;
        MediaHttpClient.Result result =
                upload(media, type, held != null && held.isValid() ? held : renew(deadline), deadline);
        if (result instanceof MediaHttpClient.Refused(int status) && (status == UNAUTHORIZED || status == FORBIDDEN)) {
            result = upload(media, type, renew(deadline), deadline);
        }
        return switch (result) {
            case MediaHttpClient.Stored stored -> stored;
            case MediaHttpClient.Refused(int status) ->
                throw new SendFailedException(new SendResult.MediaRefused(status));
        };
    }

    /** Asks for the media hosts, unless that was done lately. */
    void learnHosts(Deadline deadline) throws SendFailedException {
        MediaConnection held = connection;
        if (held == null || !held.isValid()) {
            renew(deadline);
        }
    }

    /** Ends the upload that is under way, and every later one. */
    public synchronized void close() {
        closed = true;
        if (upload != null) {
            upload.cancel(true);
        }
    }

    private synchronized boolean isClosed() {
        return closed;
    }

    private MediaHttpClient.Result upload(
            EncryptedMedia media, AttachmentType type, MediaConnection to, Deadline deadline)
            throws SendFailedException {
        CompletableFuture<HttpResponse<String>> response;
        synchronized (this) {
            if (closed) {
                throw ending();
            }
            response = http.upload(media, type, to);
            upload = response;
        }
        try {
            return MediaHttpClient.read(response.get(deadline.left().toNanos(), TimeUnit.NANOSECONDS));
        } catch (CancellationException e) {
            throw ending();
        } catch (TimeoutException | ExecutionException e) {
            // The client reports a cancelled upload as a failed one.
            if (isClosed()) {
                throw ending();
            }
            return new MediaHttpClient.Refused(NO_RESPONSE);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw ending();
        } finally {
            response.cancel(true);
        }
    }

    private static SendFailedException ending() {
        return new SendFailedException(new SendResult.NotSent("the connection is ending"));
    }

    private MediaConnection renew(Deadline deadline) throws SendFailedException {
        return switch (iq.query("set", "w:m", deadline, Node.of("media_conn"))) {
            case IqClient.Result(Node result) -> {
                MediaConnection renewed = read(result.findChild("media_conn").orElse(result));
                connection = renewed;
                yield renewed;
            }
            case IqClient.Refused(int code) ->
                throw new SendFailedException(new SendResult.NotSent("no media connection: " + code));
            case IqClient.Missing _ -> throw new SendFailedException(new SendResult.NotSent("no media connection"));
        };
    }

    private MediaConnection read(Node mediaConn) {
        List<String> hosts = mediaConn
                .streamChildren("host")
                .map(host -> host.attributes().getString("hostname", MediaHosts.DEFAULT))
                .toList();
        http.hosts().learn(hosts);
        return new MediaConnection(
                mediaConn.attributes().getString("auth"),
                hosts.isEmpty() ? MediaHosts.DEFAULT : hosts.getFirst(),
                Deadline.in(Duration.ofSeconds(mediaConn.attributes().getInt("ttl"))));
    }

    /** Where to upload for a while, and the token that allows it. */
    record MediaConnection(String auth, String host, Deadline validUntil) {
        boolean isValid() {
            return !validUntil.left().isZero();
        }
    }
}
