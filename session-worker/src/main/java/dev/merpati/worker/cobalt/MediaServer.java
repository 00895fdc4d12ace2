package dev.merpati.worker.cobalt;

import dev.merpati.worker.whatsapp.SendResult;
import it.auties.whatsapp.model.media.AttachmentType;
import it.auties.whatsapp.model.node.Node;
import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Puts files on WhatsApp's media server, with the pass that the chat server gives out. For one connection. */
final class MediaServer {
    private static final String DEFAULT_HOST = "mmg.whatsapp.net";
    private static final int UNAUTHORIZED = 401;
    private static final int FORBIDDEN = 403;

    private final Queries queries;
    private final MediaUploads uploads;
    private volatile @Nullable Pass pass;

    MediaServer(Queries queries, MediaUploads uploads) {
        this.queries = queries;
        this.uploads = uploads;
    }

    MediaUploads.Stored store(EncryptedMedia media, AttachmentType type, Deadline deadline) throws SendFailedException {
        var held = pass;
        var result = uploads.upload(media, type, held != null && held.isValid() ? held : renew(deadline), deadline);
        if (result instanceof MediaUploads.Refused(int status) && (status == UNAUTHORIZED || status == FORBIDDEN)) {
            result = uploads.upload(media, type, renew(deadline), deadline);
        }
        return switch (result) {
            case MediaUploads.Stored stored -> stored;
            case MediaUploads.Refused(int status) -> throw new SendFailedException(new SendResult.MediaRefused(status));
        };
    }

    private Pass renew(Deadline deadline) throws SendFailedException {
        return switch (queries.ask("set", "w:m", deadline, Node.of("media_conn"))) {
            case Answer.Result(Node answer) -> {
                var renewed = read(answer.findChild("media_conn").orElse(answer));
                pass = renewed;
                yield renewed;
            }
            case Answer.Refused(int code) ->
                throw new SendFailedException(new SendResult.NotSent("no pass for the media server: " + code));
            case Answer.Missing() ->
                throw new SendFailedException(new SendResult.NotSent("no pass for the media server"));
        };
    }

    private static Pass read(Node connection) {
        List<String> hosts = connection
                .streamChildren("host")
                .map(host -> host.attributes().getString("hostname", DEFAULT_HOST))
                .toList();
        return new Pass(
                connection.attributes().getString("auth"),
                hosts.isEmpty() ? DEFAULT_HOST : hosts.getFirst(),
                Deadline.in(Duration.ofSeconds(connection.attributes().getInt("ttl"))));
    }

    /** The right to upload for a while. */
    record Pass(String auth, String host, Deadline validUntil) {
        boolean isValid() {
            return !validUntil.left().isZero();
        }
    }
}
