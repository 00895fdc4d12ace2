package dev.merpati.gateway.message;

import dev.merpati.gateway.auth.TenantContext;
import dev.merpati.gateway.command.SubmitResult;
import dev.merpati.gateway.media.Upload;
import dev.merpati.gateway.media.UploadReader;
import dev.merpati.model.session.SessionRecord;
import java.util.Optional;
import org.springframework.http.server.reactive.ServerHttpRequest;
import org.springframework.stereotype.Component;
import reactor.core.publisher.Mono;

/**
 * Sends files, and owns each from the end of its upload until a command may refer to it. From then on the file belongs to
 * the command's record: the worker removes it with the command, or its sweep does when no worker gets the command. Every
 * other file is removed here.
 */
@Component
public class MediaSender {
    private final UploadReader uploads;
    private final MessageSender sender;

    MediaSender(UploadReader uploads, MessageSender sender) {
        this.uploads = uploads;
        this.sender = sender;
    }

    /** Reads the form, stores its file and sends it. What is known before the file is read is answered before. */
    public Mono<MessageSender.Sent> send(
            TenantContext tenant, SessionRecord session, ServerHttpRequest request, Optional<String> idempotencyKey) {
        return sender.requireSendable(tenant, session, idempotencyKey)
                .then(Mono.defer(() -> uploads.read(request, tenant.tenantId(), SendRequests::checkMediaField)))
                .flatMap(upload -> send(tenant, session, upload, idempotencyKey));
    }

    private Mono<MessageSender.Sent> send(
            TenantContext tenant, SessionRecord session, Upload upload, Optional<String> idempotencyKey) {
        return Mono.fromCallable(() -> SendRequests.mediaOf(upload))
                .flatMap(media -> sender.draft(tenant, session, media, idempotencyKey))
                .onErrorResume(failure -> discard(upload).then(Mono.error(failure)))
                .flatMap(draft -> submit(draft, upload).flatMap(result -> sender.sent(draft, result)));
    }

    /**
     * Submits a file. When that fails, the command may be recorded all the same, or a copy of it be in Kafka. Under an
     * idempotency key such a command can begin anew, and would miss its file; without a key it never does. All attempts under
     * a key share one file, the one that their record names.
     */
    private Mono<SubmitResult> submit(MessageSender.Draft draft, Upload upload) {
        if (draft.binding() == null) {
            return sender.submit(draft).onErrorResume(failure -> discard(upload).then(Mono.error(failure)));
        }
        return sender.submit(draft)
                .onErrorResume(failure -> discardUnlessRecorded(draft, upload).then(Mono.error(failure)))
                .flatMap(result ->
                        (result.isNew() ? discardUnlessRecorded(draft, upload) : discard(upload)).thenReturn(result));
    }

    /** Removes a file that is another copy of the one that the record names. Without a record it stays, to be swept. */
    private Mono<Void> discardUnlessRecorded(MessageSender.Draft draft, Upload upload) {
        return sender.recordedFile(draft)
                .filter(recorded ->
                        upload.media().stream().noneMatch(mine -> mine.mediaId().equals(recorded)))
                .flatMap(recorded -> discard(upload))
                .onErrorComplete();
    }

    private Mono<Void> discard(Upload upload) {
        return Mono.justOrEmpty(upload.media()).flatMap(media -> uploads.discard(media.mediaId()));
    }
}
