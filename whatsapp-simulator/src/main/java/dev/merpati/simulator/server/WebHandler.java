package dev.merpati.simulator.server;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.SimpleChannelInboundHandler;
import io.netty.handler.codec.http.DefaultFullHttpResponse;
import io.netty.handler.codec.http.FullHttpResponse;
import io.netty.handler.codec.http.HttpContent;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpMethod;
import io.netty.handler.codec.http.HttpObject;
import io.netty.handler.codec.http.HttpRequest;
import io.netty.handler.codec.http.HttpResponseStatus;
import io.netty.handler.codec.http.HttpUtil;
import io.netty.handler.codec.http.HttpVersion;
import io.netty.handler.codec.http.LastHttpContent;
import io.netty.handler.codec.http.QueryStringDecoder;
import io.netty.util.ReferenceCountUtil;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * What is neither chat nor media: the page of WhatsApp Web and its worker script, in which clients look the current
 * version up, and {@link MockPhones}. Everything else is passed on.
 */
@SuppressWarnings("FutureReturnValueIgnored") // Netty closes the channel when a write fails
final class WebHandler extends SimpleChannelInboundHandler<HttpObject> {
    private static final Set<String> VERSION_PATHS = Set.of("/", "/sw.js");
    private static final int MAX_BODY = 64 << 10;

    private final MockPhones mockPhones;
    private final long revision;
    private @Nullable HttpRequest request;
    private @Nullable ByteBuf body;

    /** @param revision the last part of the version that clients are told */
    WebHandler(MockPhones mockPhones, long revision) {
        super(HttpObject.class, false);
        this.mockPhones = mockPhones;
        this.revision = revision;
    }

    @Override
    protected void channelRead0(ChannelHandlerContext context, HttpObject message) {
        if (message instanceof HttpRequest next) {
            String path = new QueryStringDecoder(next.uri()).path();
            request = VERSION_PATHS.contains(path) || path.equals(MockPhones.PATH) ? next : null;
            if (request != null) {
                HandshakeDeadline.met(context.channel());
                body = context.alloc().buffer();
            }
        }
        HttpRequest own = request;
        if (own == null) {
            context.fireChannelRead(message);
            return;
        }
        try {
            if (message instanceof HttpContent content) {
                collect(context, content.content());
            }
            if (message instanceof LastHttpContent && body != null) {
                String text = body.toString(StandardCharsets.UTF_8);
                forget();
                answer(context, own, text);
            }
        } finally {
            ReferenceCountUtil.release(message);
        }
    }

    private void collect(ChannelHandlerContext context, ByteBuf content) {
        if (body == null) {
            return;
        }
        if (body.readableBytes() + content.readableBytes() > MAX_BODY) {
            forget();
            send(context, HttpResponseStatus.REQUEST_ENTITY_TOO_LARGE, "text/plain", "");
            context.close();
        } else {
            body.writeBytes(content);
        }
    }

    private void forget() {
        if (body != null) {
            body.release();
            body = null;
        }
        request = null;
    }

    private void answer(ChannelHandlerContext context, HttpRequest request, String text) {
        QueryStringDecoder target = new QueryStringDecoder(request.uri());
        if (VERSION_PATHS.contains(target.path())) {
            String version = "{\"client_revision\":" + revision + ",\"server_revision\":" + revision + "}";
            send(context, HttpResponseStatus.OK, "application/javascript", version);
            return;
        }
        Optional<String> inQuery = parameter(target, "qr");
        if (request.method().equals(HttpMethod.POST) || inQuery.isPresent()) {
            mockPhones
                    .scan(inQuery.orElse(text), parameter(target, "number"), parameter(target, "pushName"))
                    .whenComplete((result, failure) -> {
                        if (failure == null) {
                            send(context, result);
                        } else {
                            send(context, HttpResponseStatus.INTERNAL_SERVER_ERROR, "text/plain", failure.toString());
                        }
                    });
        } else {
            send(
                    context,
                    HttpResponseStatus.BAD_REQUEST,
                    "text/plain",
                    "qr: found nothing, allowed the text of a code");
        }
    }

    private static void send(ChannelHandlerContext context, ScanResult result) {
        switch (result) {
            case ScanResult.Paired paired ->
                send(context, HttpResponseStatus.OK, "application/json", "{\"jid\":\"" + paired.jid() + "\"}");
            case ScanResult.PasskeyDemanded _ ->
                send(context, HttpResponseStatus.ACCEPTED, "application/json", "{\"status\":\"passkey_demanded\"}");
            case ScanResult.NotACode _ ->
                send(
                        context,
                        HttpResponseStatus.BAD_REQUEST,
                        "text/plain",
                        "That is not the text of a WhatsApp QR code");
            case ScanResult.Expired _ ->
                send(context, HttpResponseStatus.GONE, "text/plain", "The code has expired or was never issued");
            case ScanResult.Refused refused ->
                send(context, HttpResponseStatus.UNPROCESSABLE_ENTITY, "text/plain", refused.detail());
        }
    }

    private static Optional<String> parameter(QueryStringDecoder target, String name) {
        List<String> values = target.parameters().getOrDefault(name, List.of());
        return values.isEmpty() ? Optional.empty() : Optional.of(values.getFirst());
    }

    private static void send(
            ChannelHandlerContext context, HttpResponseStatus status, String contentType, String text) {
        FullHttpResponse response = new DefaultFullHttpResponse(
                HttpVersion.HTTP_1_1, status, Unpooled.copiedBuffer(text, StandardCharsets.UTF_8));
        response.headers().set(HttpHeaderNames.CONTENT_TYPE, contentType + "; charset=utf-8");
        HttpUtil.setContentLength(response, response.content().readableBytes());
        context.writeAndFlush(response);
    }

    @Override
    public void handlerRemoved(ChannelHandlerContext context) {
        forget();
    }
}
