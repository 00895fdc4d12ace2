package dev.merpati.gateway.message;

import dev.merpati.gateway.auth.TenantContext;
import dev.merpati.gateway.media.Upload;
import dev.merpati.gateway.media.UploadReader;
import dev.merpati.gateway.session.Sessions;
import dev.merpati.model.session.SessionRecord;
import java.util.Optional;
import org.springframework.http.HttpHeaders;
import org.springframework.http.MediaType;
import org.springframework.http.ResponseEntity;
import org.springframework.http.server.reactive.ServerHttpRequest;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestAttribute;
import org.springframework.web.bind.annotation.RequestHeader;
import org.springframework.web.bind.annotation.RestController;
import reactor.core.publisher.Mono;

@RestController
class SendMediaController {
    private final Sessions sessions;
    private final UploadReader uploads;
    private final MessageSender sender;

    SendMediaController(Sessions sessions, UploadReader uploads, MessageSender sender) {
        this.sessions = sessions;
        this.uploads = uploads;
        this.sender = sender;
    }

    @PostMapping(path = "/api/sessions/{sessionId}/send-media", consumes = MediaType.MULTIPART_FORM_DATA_VALUE)
    Mono<ResponseEntity<Object>> send(
            @RequestAttribute(TenantContext.ATTRIBUTE) TenantContext tenant,
            @PathVariable String sessionId,
            @RequestHeader HttpHeaders headers,
            ServerHttpRequest request) {
        return sessions.find(tenant, sessionId)
                .flatMap(session -> {
                    Optional<String> idempotencyKey = IdempotencyKeys.of(headers);
                    return sender.requireSendable(tenant, session, idempotencyKey)
                            .then(Mono.defer(() -> uploads.read(request, tenant.tenantId(), SendMediaRequest::check)))
                            .flatMap(upload -> send(tenant, session, upload, idempotencyKey));
                })
                .map(sent -> SendAnswer.of(sent, "Media sent successfully"));
    }

    /** The worker removes the file of a command that it was given; every other file goes here. */
    private Mono<MessageSender.Sent> send(
            TenantContext tenant, SessionRecord session, Upload upload, Optional<String> idempotencyKey) {
        return Mono.fromCallable(() -> SendMediaRequest.commandOf(upload))
                .flatMap(media -> sender.send(tenant, session, media, idempotencyKey))
                .flatMap(
                        sent -> sent.isNew() ? Mono.just(sent) : discard(upload).thenReturn(sent))
                .onErrorResume(failure -> discard(upload).then(Mono.error(failure)));
    }

    private Mono<Void> discard(Upload upload) {
        return Mono.justOrEmpty(upload.media()).flatMap(media -> uploads.discard(media.mediaId()));
    }
}
