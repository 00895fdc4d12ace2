package dev.merpati.gateway.media;

import dev.merpati.gateway.auth.TenantContext;
import dev.merpati.gateway.media.ReceivedMedia.Availability;
import dev.merpati.gateway.session.SessionAccess;
import dev.merpati.model.media.ReceivedFile;
import java.time.Duration;
import java.util.List;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.springframework.http.CacheControl;
import org.springframework.http.HttpHeaders;
import org.springframework.http.HttpMethod;
import org.springframework.http.HttpStatus;
import org.springframework.http.MediaType;
import org.springframework.http.server.reactive.ServerHttpResponse;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.RequestAttribute;
import org.springframework.web.bind.annotation.RestController;
import org.springframework.web.server.ServerWebExchange;
import reactor.core.publisher.Mono;
import tools.jackson.databind.json.JsonMapper;

/** Hands out the files of received messages, whole or in parts. */
@RestController
class ReceivedMediaController {
    private static final Duration RETRY = Duration.ofSeconds(5);
    private static final Duration RETRY_AFTER_PHONE = Duration.ofSeconds(30);
    private static final String SANDBOX = "sandbox; default-src 'none'; frame-ancestors 'none'";
    private static final FetchingAnswer FETCHING = new FetchingAnswer(
            true, "fetching", "The file is being fetched from WhatsApp; ask again after the seconds in Retry-After");
    private static final FetchingAnswer REQUESTED = new FetchingAnswer(
            true,
            "requested",
            "WhatsApp does not keep this file any more: the session's phone was asked to upload it again, which it does when"
                    + " it is online; ask again after the seconds in Retry-After");

    private final SessionAccess sessions;
    private final ReceivedMedia media;
    private final DownloadSlots slots;
    private final JsonMapper json;

    ReceivedMediaController(SessionAccess sessions, ReceivedMedia media, DownloadSlots slots, JsonMapper json) {
        this.sessions = sessions;
        this.media = media;
        this.slots = slots;
        this.json = json;
    }

    /** What is answered while the file is not there yet. */
    record FetchingAnswer(boolean success, String status, String message) {}

    @GetMapping("/api/sessions/{sessionId}/media/{mediaId}")
    Mono<Void> download(
            @RequestAttribute(TenantContext.ATTRIBUTE) TenantContext tenant,
            @PathVariable String sessionId,
            @PathVariable String mediaId,
            ServerWebExchange exchange) {
        return sessions.find(tenant, sessionId)
                .flatMap(session -> media.find(session.id(), mediaId)
                        .flatMap(file -> download(tenant, session.id(), mediaId, file, exchange)));
    }

    private Mono<Void> download(
            TenantContext tenant, UUID sessionId, String mediaId, ReceivedFile file, ServerWebExchange exchange) {
        String tag = "\"" + (file.sha256().isEmpty() ? mediaId : file.sha256()) + "\"";
        if (names(exchange.getRequest().getHeaders().get(HttpHeaders.IF_NONE_MATCH), tag)) {
            ServerHttpResponse response = exchange.getResponse();
            response.setStatusCode(HttpStatus.NOT_MODIFIED);
            describe(response.getHeaders(), tag);
            return response.setComplete();
        }
        return slots.within(
                tenant.tenantId(),
                media.fetch(tenant, sessionId, mediaId).flatMap(availability -> switch (availability) {
                    case Availability.Stored(long size) -> send(sessionId, mediaId, file, size, tag, exchange);
                    case Availability.Fetching _ -> notYet(FETCHING, RETRY, exchange.getResponse());
                    case Availability.Requested _ -> notYet(REQUESTED, RETRY_AFTER_PHONE, exchange.getResponse());
                }));
    }

    private Mono<Void> send(
            UUID sessionId, String mediaId, ReceivedFile file, long size, String tag, ServerWebExchange exchange) {
        HttpHeaders request = exchange.getRequest().getHeaders();
        ServerHttpResponse response = exchange.getResponse();
        HttpHeaders headers = response.getHeaders();
        String condition = request.getFirst(HttpHeaders.IF_RANGE);
        ByteRange range = condition == null || condition.strip().equals(tag)
                ? ByteRange.parse(request.getFirst(HttpHeaders.RANGE), size)
                : null;
        describe(headers, tag);
        headers.set(HttpHeaders.ACCEPT_RANGES, "bytes");
        if (range != null && !range.isSatisfiable()) {
            response.setStatusCode(HttpStatus.REQUESTED_RANGE_NOT_SATISFIABLE);
            headers.set(HttpHeaders.CONTENT_RANGE, "bytes */" + size);
            return response.setComplete();
        }
        ByteRange part = range == null ? new ByteRange(0, size) : range;
        if (range != null) {
            response.setStatusCode(HttpStatus.PARTIAL_CONTENT);
            headers.set(HttpHeaders.CONTENT_RANGE, range.of(size));
        }
        headers.setContentType(ReceivedContent.type(file));
        headers.setContentDisposition(ReceivedContent.disposition(file, mediaId));
        headers.setContentLength(part.length());
        headers.set("Content-Security-Policy", SANDBOX);
        return exchange.getRequest().getMethod().equals(HttpMethod.HEAD)
                ? response.setComplete()
                : response.writeWith(media.read(sessionId, mediaId, part)
                        .map(chunk -> response.bufferFactory().wrap(chunk)));
    }

    private Mono<Void> notYet(FetchingAnswer answer, Duration retry, ServerHttpResponse response) {
        byte[] body = json.writeValueAsBytes(answer);
        response.setStatusCode(HttpStatus.ACCEPTED);
        response.getHeaders().set(HttpHeaders.RETRY_AFTER, String.valueOf(retry.toSeconds()));
        response.getHeaders().setContentType(MediaType.APPLICATION_JSON);
        response.getHeaders().setContentLength(body.length);
        return response.writeWith(
                Mono.fromSupplier(() -> response.bufferFactory().wrap(body)));
    }

    /** A file never changes, but who may see it does: a cache has to ask. */
    private static void describe(HttpHeaders headers, String tag) {
        headers.setETag(tag);
        headers.setCacheControl(CacheControl.noCache().cachePrivate());
    }

    private static boolean names(@Nullable List<String> tags, String tag) {
        return tags != null
                && tags.stream()
                        .flatMap(line -> List.of(line.split(",", -1)).stream())
                        .map(String::strip)
                        .anyMatch(each -> each.equals("*") || each.equals(tag) || each.equals("W/" + tag));
    }
}
