package dev.merpati.gateway.error;

import dev.merpati.gateway.web.LingeringRequest;
import io.lettuce.core.RedisCommandExecutionException;
import io.lettuce.core.RedisException;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.core.codec.DecodingException;
import org.springframework.core.io.buffer.DataBufferLimitException;
import org.springframework.dao.DataAccessException;
import org.springframework.http.HttpHeaders;
import org.springframework.http.HttpMethod;
import org.springframework.http.HttpStatus;
import org.springframework.http.MediaType;
import org.springframework.http.server.reactive.ServerHttpRequest;
import org.springframework.http.server.reactive.ServerHttpRequestDecorator;
import org.springframework.web.server.MethodNotAllowedException;
import org.springframework.web.server.ResponseStatusException;
import org.springframework.web.server.UnsupportedMediaTypeStatusException;
import reactor.core.Exceptions;
import reactor.netty.Connection;
import reactor.netty.channel.AbortedException;

/** Finds the error that a tenant is to see for whatever ended a request. */
final class ErrorTranslation {
    private static final Logger log = LoggerFactory.getLogger(ErrorTranslation.class);

    /** Redis 6 wraps it into an ERR when a script was what it refused. */
    private static final Pattern REFUSES_WRITES = Pattern.compile("-(READONLY|NOREPLICAS|OOM|MISCONF)\\b");

    private ErrorTranslation() {}

    /** @param hungUp whether the client is gone, so that whatever failed because of it is no defect */
    static ApiError translate(Throwable failure, ServerHttpRequest request, boolean hungUp) {
        if (failure instanceof ApiException known) {
            return known.error();
        }
        if (Exceptions.isMultiple(failure)) {
            // What ends a body may end both the form and the part of it that is just being read.
            return translate(Exceptions.unwrapMultiple(failure).getFirst(), request, hungUp);
        }
        if (failure instanceof LingeringRequest.BrokenBodyException) {
            return Errors.badRequest("malformed_request", "The request body is not valid HTTP: check its chunks");
        }
        if (causedBy(failure, DataBufferLimitException.class)) {
            return ApiError.of(HttpStatus.CONTENT_TOO_LARGE, "body_too_large", "The request body is too large");
        }
        if (failure instanceof DecodingException) {
            return Errors.unreadableJson();
        }
        if (failure instanceof ResponseStatusException http) {
            return ofHttp(http, request);
        }
        if (isRedisAway(failure)) {
            return Errors.unavailable("The service is briefly unavailable; nothing was done. Try again");
        }
        if (hungUp || AbortedException.isConnectionReset(failure)) {
            log.debug("The client hung up: {}", failure.toString());
            return Errors.badRequest("malformed_request", "The request broke off");
        }
        log.error("Unhandled error", failure);
        return Errors.internal();
    }

    /** Spring gives no type both for a header that is missing and for one that it cannot parse. */
    private static String contentType(UnsupportedMediaTypeStatusException failure, ServerHttpRequest request) {
        if (failure.getContentType() != null) {
            return "is " + failure.getContentType();
        }
        return request.getHeaders().containsHeader(HttpHeaders.CONTENT_TYPE) ? "cannot be parsed" : "is missing";
    }

    private static ApiError ofHttp(ResponseStatusException failure, ServerHttpRequest request) {
        if (failure instanceof UnsupportedMediaTypeStatusException type) {
            String allowed = type.getSupportedMediaTypes().stream()
                    .map(MediaType::toString)
                    .collect(Collectors.joining(", "));
            return ApiError.of(
                    HttpStatus.UNSUPPORTED_MEDIA_TYPE,
                    "unsupported_content_type",
                    "Content-Type " + contentType(type, request) + ", expected is " + allowed);
        }
        if (failure instanceof MethodNotAllowedException method) {
            String allowed = method.getSupportedMethods().stream()
                    .map(HttpMethod::name)
                    .sorted()
                    .collect(Collectors.joining(", "));
            return ApiError.of(
                    HttpStatus.METHOD_NOT_ALLOWED,
                    "method_not_allowed",
                    method.getHttpMethod() + " is not possible here, allowed is " + allowed);
        }
        HttpStatus status = HttpStatus.resolve(failure.getStatusCode().value());
        if (status == null || status.is5xxServerError()) {
            log.error("Unhandled error", failure);
            return Errors.internal();
        }
        return switch (status) {
            case NOT_FOUND -> ApiError.of(status, "path_not_found", "No such path: check the URL");
            case BAD_REQUEST -> Errors.unreadableJson();
            case CONTENT_TOO_LARGE -> ApiError.of(status, "body_too_large", "The request body is too large");
            default -> ApiError.of(status, "request_refused", status.getReasonPhrase());
        };
    }

    /**
     * Whether it is an outage of Redis. A script or a command that Redis refuses is a defect of ours, unless it refuses
     * every write for now: a replica that was the master, a master without replicas, without memory or without a disk.
     */
    static boolean isRedisAway(Throwable failure) {
        if (failure instanceof DataAccessException || failure instanceof RedisException) {
            Throwable cause = failure;
            while (cause != null) {
                if (cause instanceof RedisCommandExecutionException refused) {
                    String reason = String.valueOf(refused.getMessage());
                    return REFUSES_WRITES.matcher(reason).find()
                            || (!reason.startsWith("ERR") && !reason.startsWith("WRONGTYPE"));
                }
                cause = cause.getCause();
            }
            return true;
        }
        return false;
    }

    /** Whether the client's connection is gone. */
    static boolean hasHungUp(ServerHttpRequest request) {
        return ServerHttpRequestDecorator.getNativeRequest(request) instanceof Connection connection
                && !connection.channel().isActive();
    }

    private static boolean causedBy(Throwable failure, Class<? extends Throwable> type) {
        for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
            if (type.isInstance(cause)) {
                return true;
            }
        }
        return false;
    }
}
