package dev.merpati.worker.cobalt;

import dev.merpati.worker.whatsapp.SendResult;
import it.auties.whatsapp.model.media.AttachmentType;
import it.auties.whatsapp.model.node.Node;
import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Uploads files to WhatsApp's media server, with the host and the token that the chat server hands out. For one connection. */
final class MediaUploader {
    private static final String DEFAULT_HOST = "mmg.whatsapp.net";
    private static final int UNAUTHORIZED = 401;
    private static final int FORBIDDEN = 403;

    private final IqClient iq;
    private final MediaHttpClient http;
    private volatile @Nullable MediaConnection connection;

    MediaUploader(IqClient iq, MediaHttpClient http) {
        this.iq = iq;
        this.http = http;
    }

    MediaHttpClient.Stored upload(EncryptedMedia media, AttachmentType type, Deadline deadline)
            throws SendFailedException {
        var held = connection;
        var result = http.upload(media, type, held != null && held.isValid() ? held : renew(deadline), deadline);
        if (result instanceof MediaHttpClient.Refused(int status) && (status == UNAUTHORIZED || status == FORBIDDEN)) {
            result = http.upload(media, type, renew(deadline), deadline);
        }
        return switch (result) {
            case MediaHttpClient.Stored stored -> stored;
            case MediaHttpClient.Refused(int status) ->
                throw new SendFailedException(new SendResult.MediaRefused(status));
        };
    }

    private MediaConnection renew(Deadline deadline) throws SendFailedException {
        return switch (iq.query("set", "w:m", deadline, Node.of("media_conn"))) {
            case IqClient.Result(Node answer) -> {
                var renewed = read(answer.findChild("media_conn").orElse(answer));
                connection = renewed;
                yield renewed;
            }
            case IqClient.Refused(int code) ->
                throw new SendFailedException(new SendResult.NotSent("no media connection: " + code));
            case IqClient.Missing() -> throw new SendFailedException(new SendResult.NotSent("no media connection"));
        };
    }

    private static MediaConnection read(Node mediaConn) {
        List<String> hosts = mediaConn
                .streamChildren("host")
                .map(host -> host.attributes().getString("hostname", DEFAULT_HOST))
                .toList();
        return new MediaConnection(
                mediaConn.attributes().getString("auth"),
                hosts.isEmpty() ? DEFAULT_HOST : hosts.getFirst(),
                Deadline.in(Duration.ofSeconds(mediaConn.attributes().getInt("ttl"))));
    }

    /** Where to upload for a while, and the token that allows it. */
    record MediaConnection(String auth, String host, Deadline validUntil) {
        boolean isValid() {
            return !validUntil.left().isZero();
        }
    }
}
