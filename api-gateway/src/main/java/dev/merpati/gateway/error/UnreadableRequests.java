package dev.merpati.gateway.error;

import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelOutboundHandlerAdapter;
import io.netty.channel.ChannelPromise;
import io.netty.handler.codec.http.DefaultFullHttpResponse;
import io.netty.handler.codec.http.FullHttpResponse;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpHeaderValues;
import java.util.LinkedHashMap;
import java.util.Map;
import org.springframework.boot.reactor.netty.NettyReactiveWebServerFactory;
import org.springframework.boot.web.server.WebServerFactoryCustomizer;
import org.springframework.http.HttpStatus;
import org.springframework.stereotype.Component;
import reactor.netty.NettyPipeline;
import tools.jackson.databind.json.JsonMapper;

/**
 * Gives the one error body to the refusals that the HTTP server makes by itself, without a body and before any filter
 * sees the request: a request line or a header that cannot be parsed, a path with a broken escape, headers that are too
 * long.
 */
@Component
final class UnreadableRequests implements WebServerFactoryCustomizer<NettyReactiveWebServerFactory> {
    private final JsonMapper json;

    UnreadableRequests(JsonMapper json) {
        this.json = json;
    }

    @Override
    public void customize(NettyReactiveWebServerFactory factory) {
        factory.addServerCustomizers(server -> server.doOnChannelInit((observer, channel, address) ->
                channel.pipeline().addAfter(NettyPipeline.HttpCodec, "unreadable-requests", new BodyGiver(json))));
    }

    private static final class BodyGiver extends ChannelOutboundHandlerAdapter {
        private final JsonMapper json;

        BodyGiver(JsonMapper json) {
            this.json = json;
        }

        @Override
        public void write(ChannelHandlerContext context, Object message, ChannelPromise promise) {
            if (message instanceof FullHttpResponse response && isBareRefusal(response)) {
                var _ = context.write(withBody(response), promise);
                response.release();
            } else {
                var _ = context.write(message, promise);
            }
        }

        private static boolean isBareRefusal(FullHttpResponse response) {
            return response.status().code() >= HttpStatus.BAD_REQUEST.value()
                    && !response.content().isReadable()
                    && !response.headers().contains(HttpHeaderNames.CONTENT_TYPE);
        }

        private FullHttpResponse withBody(FullHttpResponse bare) {
            HttpStatus status = HttpStatus.valueOf(bare.status().code());
            Map<String, Object> body = new LinkedHashMap<>();
            body.put("success", false);
            body.putAll(errorOf(status).fields());
            byte[] bytes = json.writeValueAsBytes(body);
            FullHttpResponse response =
                    new DefaultFullHttpResponse(bare.protocolVersion(), bare.status(), Unpooled.wrappedBuffer(bytes));
            response.headers()
                    .set(bare.headers())
                    .set(HttpHeaderNames.CONTENT_TYPE, HttpHeaderValues.APPLICATION_JSON)
                    .set(HttpHeaderNames.CONTENT_LENGTH, bytes.length);
            return response;
        }

        private static ApiError errorOf(HttpStatus status) {
            return switch (status) {
                case REQUEST_HEADER_FIELDS_TOO_LARGE ->
                    ApiError.of(status, "headers_too_large", "The request's headers are too long");
                case URI_TOO_LONG -> ApiError.of(status, "url_too_long", "The URL is too long");
                default ->
                    ApiError.of(
                            status, "malformed_request", "The request is not valid HTTP: check its URL and headers");
            };
        }
    }
}
