package dev.merpati.gateway.error;

import dev.merpati.gateway.web.LingeringRequest;
import dev.merpati.gateway.web.SecurityHeaders;
import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelDuplexHandler;
import io.netty.channel.ChannelFutureListener;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelPromise;
import io.netty.handler.codec.DecoderResult;
import io.netty.handler.codec.DecoderResultProvider;
import io.netty.handler.codec.http.DefaultFullHttpResponse;
import io.netty.handler.codec.http.FullHttpResponse;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpHeaderValues;
import io.netty.handler.codec.http.HttpRequest;
import io.netty.handler.codec.http.HttpVersion;
import io.netty.handler.codec.http.LastHttpContent;
import io.netty.util.ReferenceCountUtil;
import java.util.List;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.reactor.netty.NettyReactiveWebServerFactory;
import org.springframework.boot.web.server.WebServerFactoryCustomizer;
import org.springframework.http.HttpStatus;
import org.springframework.stereotype.Component;
import reactor.netty.NettyPipeline;
import tools.jackson.databind.json.JsonMapper;

/**
 * Guards the HTTP server's edge, before any filter sees a request. Refuses requests whose end or host two servers could read
 * differently (request smuggling; RFC 9112, 3.2 and 6.1), ends the connection of one whose body is not valid HTTP, and gives
 * the one error body to the refusals that the server makes by itself without a body.
 */
@Component
final class HttpGuard implements WebServerFactoryCustomizer<NettyReactiveWebServerFactory> {
    private static final String NAME = "http-guard";

    private final JsonMapper json;
    private final ConnectionGuard connections;
    private final ErrorMetrics metrics;

    HttpGuard(JsonMapper json, ConnectionGuard connections, ErrorMetrics metrics) {
        this.json = json;
        this.connections = connections;
        this.metrics = metrics;
    }

    @Override
    public void customize(NettyReactiveWebServerFactory factory) {
        factory.addServerCustomizers(server -> server.doOnChannelInit((observer, channel, address) -> {
            channel.pipeline().addAfter(NettyPipeline.HttpCodec, NAME, new Handler(json, metrics));
            connections.guard(channel, NAME);
        }));
    }

    /** One connection's guard; runs on its event loop. */
    private static final class Handler extends ChannelDuplexHandler {
        /** RFC 3986, 3.2.2 and 3.2.3, a host and perhaps a port; an empty one is allowed. */
        private static final Pattern HOST =
                Pattern.compile("(\\[[0-9A-Fa-f:.v]+]|[A-Za-z0-9._~!$&'()*+,;=%-]*)(:[0-9]{0,5})?");

        private final JsonMapper json;
        private final ErrorMetrics metrics;
        private @Nullable String refusal;
        private boolean broken;

        Handler(JsonMapper json, ErrorMetrics metrics) {
            this.json = json;
            this.metrics = metrics;
        }

        @Override
        public void channelRead(ChannelHandlerContext context, Object message) {
            if (broken) {
                ReferenceCountUtil.release(message);
                return;
            }
            if (message instanceof HttpRequest request) {
                if (request.decoderResult().isSuccess()) {
                    refusal = refusalOf(request);
                    if (refusal != null) {
                        request.setDecoderResult(DecoderResult.failure(new IllegalArgumentException(refusal)));
                    }
                }
                broken = request.decoderResult().isFailure();
                context.fireChannelRead(message);
            } else if (message instanceof DecoderResultProvider content
                    && content.decoderResult().isFailure()) {
                broken = true;
                ReferenceCountUtil.release(message);
                context.channel().attr(LingeringRequest.BROKEN_BODY).set(true);
                context.fireChannelRead(LastHttpContent.EMPTY_LAST_CONTENT);
            } else {
                context.fireChannelRead(message);
            }
        }

        private static @Nullable String refusalOf(HttpRequest request) {
            List<String> codings = request.headers().getAll(HttpHeaderNames.TRANSFER_ENCODING);
            if (!codings.isEmpty()
                    && !(codings.size() == 1
                            && HttpHeaderValues.CHUNKED.contentEqualsIgnoreCase(
                                    codings.getFirst().strip()))) {
                return "Transfer-Encoding must be chunked and nothing else";
            }
            if (!codings.isEmpty() && request.headers().contains(HttpHeaderNames.CONTENT_LENGTH)) {
                return "A request must not have both Transfer-Encoding and Content-Length";
            }
            List<String> hosts = request.headers().getAll(HttpHeaderNames.HOST);
            if (hosts.size() > 1) {
                return "A request must have one Host header, but has " + hosts.size();
            }
            if (hosts.isEmpty() && request.protocolVersion().compareTo(HttpVersion.HTTP_1_1) >= 0) {
                return "A request must have a Host header";
            }
            return hosts.isEmpty() || HOST.matcher(hosts.getFirst()).matches()
                    ? null
                    : "The Host header must be a host name and perhaps a port";
        }

        @Override
        public void write(ChannelHandlerContext context, Object message, ChannelPromise promise) {
            ChannelPromise end = broken && message instanceof LastHttpContent
                    ? promise.unvoid().addListener(ChannelFutureListener.CLOSE)
                    : promise;
            if (message instanceof FullHttpResponse response && isBareRefusal(response)) {
                var _ = context.write(withBody(response), end);
                response.release();
            } else {
                var _ = context.write(message, end);
            }
        }

        private static boolean isBareRefusal(FullHttpResponse response) {
            return response.status().code() >= HttpStatus.BAD_REQUEST.value()
                    && !response.content().isReadable()
                    && !response.headers().contains(HttpHeaderNames.CONTENT_TYPE);
        }

        private FullHttpResponse withBody(FullHttpResponse bare) {
            HttpStatus status = HttpStatus.valueOf(bare.status().code());
            ApiError error = errorOf(status);
            metrics.answered(error);
            byte[] bytes = json.writeValueAsBytes(error.body());
            FullHttpResponse response =
                    new DefaultFullHttpResponse(bare.protocolVersion(), bare.status(), Unpooled.wrappedBuffer(bytes));
            response.headers()
                    .set(bare.headers())
                    .set(HttpHeaderNames.CONTENT_TYPE, HttpHeaderValues.APPLICATION_JSON)
                    .set(HttpHeaderNames.CONTENT_LENGTH, bytes.length)
                    .set(HttpHeaderNames.CACHE_CONTROL, "no-store");
            SecurityHeaders.ALWAYS.forEach(response.headers()::set);
            return response;
        }

        private ApiError errorOf(HttpStatus status) {
            return switch (status) {
                case REQUEST_HEADER_FIELDS_TOO_LARGE ->
                    ApiError.of(status, "headers_too_large", "The request's headers are too long");
                case REQUEST_TIMEOUT ->
                    ApiError.of(
                            status,
                            "headers_too_slow",
                            "The request's headers did not arrive in time; nothing was done. Send them at once");
                case SERVICE_UNAVAILABLE ->
                    ApiError.of(
                            status,
                            "too_many_connections",
                            "Too many connections are open; nothing was done. Use fewer, and each for many requests");
                case URI_TOO_LONG -> ApiError.of(status, "url_too_long", "The URL is too long");
                default ->
                    ApiError.of(
                            status,
                            "malformed_request",
                            refusal == null ? "The request is not valid HTTP: check its URL and headers" : refusal);
            };
        }
    }
}
