package dev.merpati.gateway.session;

import dev.merpati.gateway.auth.TenantContext;
import dev.merpati.gateway.idempotency.IdempotencyKeys;
import dev.merpati.gateway.idempotency.IdempotentAnswers;
import dev.merpati.model.session.SessionRecord;
import java.net.URI;
import java.util.UUID;
import org.springframework.http.HttpHeaders;
import org.springframework.http.MediaType;
import org.springframework.http.ResponseEntity;
import org.springframework.util.MultiValueMap;
import org.springframework.web.bind.annotation.DeleteMapping;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PatchMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestAttribute;
import org.springframework.web.bind.annotation.RequestBody;
import org.springframework.web.bind.annotation.RequestHeader;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.bind.annotation.RestController;
import reactor.core.publisher.Mono;

@RestController
@RequestMapping("/api/sessions")
class SessionController {
    private final SessionAccess sessions;
    private final SessionStore store;
    private final SessionListing listing;
    private final SessionCreation creation;
    private final SessionLifecycle lifecycle;
    private final IdempotentAnswers answers;

    SessionController(
            SessionAccess sessions,
            SessionStore store,
            SessionListing listing,
            SessionCreation creation,
            SessionLifecycle lifecycle,
            IdempotentAnswers answers) {
        this.sessions = sessions;
        this.store = store;
        this.listing = listing;
        this.creation = creation;
        this.lifecycle = lifecycle;
        this.answers = answers;
    }

    record Created(boolean success, UUID sessionId, String message) {}

    record Single(boolean success, SessionView session) {}

    record Done(boolean success, String message) {}

    @GetMapping
    Mono<SessionListing.Listing> list(
            @RequestAttribute(TenantContext.ATTRIBUTE) TenantContext tenant,
            @RequestParam MultiValueMap<String, String> query) {
        return listing.list(tenant, SessionPage.of(query));
    }

    @PostMapping(consumes = MediaType.APPLICATION_JSON_VALUE)
    Mono<ResponseEntity<Created>> create(
            @RequestAttribute(TenantContext.ATTRIBUTE) TenantContext tenant,
            @RequestHeader HttpHeaders headers,
            @RequestBody Mono<SessionNameRequest> body) {
        return body.map(SessionNameRequest::name)
                .flatMap(name -> answers.once(
                        tenant.tenantId(),
                        IdempotencyKeys.of(headers),
                        "create session " + name,
                        Created.class,
                        creation.create(tenant, name)
                                .map(session -> new Created(true, session.id(), "Session created successfully"))))
                .map(created -> ResponseEntity.created(URI.create("/api/sessions/" + created.sessionId()))
                        .body(created));
    }

    @PatchMapping(path = "/{sessionId}", consumes = MediaType.APPLICATION_JSON_VALUE)
    Mono<Single> rename(
            @RequestAttribute(TenantContext.ATTRIBUTE) TenantContext tenant,
            @PathVariable String sessionId,
            @RequestBody Mono<SessionNameRequest> body) {
        return sessions.find(tenant, sessionId)
                .flatMap(session -> body.map(SessionNameRequest::name).flatMap(name -> lifecycle.rename(session, name)))
                .then(Mono.defer(() -> sessions.find(tenant, sessionId)))
                .flatMap(this::view);
    }

    @GetMapping("/{sessionId}")
    Mono<Single> get(@RequestAttribute(TenantContext.ATTRIBUTE) TenantContext tenant, @PathVariable String sessionId) {
        return sessions.find(tenant, sessionId).flatMap(this::view);
    }

    private Mono<Single> view(SessionRecord session) {
        return store.isOwned(session.id()).map(owned -> new Single(true, SessionView.of(session, owned)));
    }

    @PostMapping("/{sessionId}/reconnect")
    Mono<Done> reconnect(
            @RequestAttribute(TenantContext.ATTRIBUTE) TenantContext tenant, @PathVariable String sessionId) {
        return sessions.find(tenant, sessionId)
                .flatMap(session -> lifecycle.reconnect(tenant, session))
                .thenReturn(new Done(true, "Session reconnection initiated"));
    }

    @DeleteMapping("/{sessionId}")
    Mono<Done> delete(@RequestAttribute(TenantContext.ATTRIBUTE) TenantContext tenant, @PathVariable String sessionId) {
        return sessions.findEvenDeleted(tenant, sessionId)
                .flatMap(session -> lifecycle.delete(tenant, session))
                .thenReturn(new Done(true, "Session deleted successfully"));
    }
}
