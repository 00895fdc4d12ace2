package dev.merpati.gateway.message;

import dev.merpati.gateway.auth.TenantContext;
import dev.merpati.gateway.media.Upload;
import dev.merpati.gateway.media.UploadReader;
import dev.merpati.model.session.SessionRecord;
import java.util.Optional;
import org.springframework.http.server.reactive.ServerHttpRequest;
import org.springframework.stereotype.Component;
import reactor.core.publisher.Mono;

/**
 * Sends files, and owns each from the end of its upload until a command refers to it: the worker removes the file of a
 * command that it was given, every other file is removed here.
 */
@Component
class MediaSender {
    private final UploadReader uploads;
    private final MessageSender sender;

    MediaSender(UploadReader uploads, MessageSender sender) {
        this.uploads = uploads;
        this.sender = sender;
    }

    /** Reads the form, stores its file and sends it. What is known before the file is read is answered before. */
    Mono<MessageSender.Sent> send(
            TenantContext tenant, SessionRecord session, ServerHttpRequest request, Optional<String> idempotencyKey) {
        return sender.requireSendable(tenant, session, idempotencyKey)
                .then(Mono.defer(() -> uploads.read(request, tenant.tenantId(), SendRequests::checkMediaField)))
                .flatMap(upload -> send(tenant, session, upload, idempotencyKey));
    }

    private Mono<MessageSender.Sent> send(
            TenantContext tenant, SessionRecord session, Upload upload, Optional<String> idempotencyKey) {
        return Mono.fromCallable(() -> SendRequests.mediaOf(upload))
                .flatMap(media -> sender.send(tenant, session, media, idempotencyKey))
                .flatMap(
                        sent -> sent.isNew() ? Mono.just(sent) : discard(upload).thenReturn(sent))
                .onErrorResume(failure -> discard(upload).then(Mono.error(failure)));
    }

    private Mono<Void> discard(Upload upload) {
        return Mono.justOrEmpty(upload.media()).flatMap(media -> uploads.discard(media.mediaId()));
    }
}
