package dev.merpati.simulator.control;

import io.netty.buffer.ByteBufUtil;
import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelFutureListener;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.SimpleChannelInboundHandler;
import io.netty.handler.codec.http.DefaultFullHttpResponse;
import io.netty.handler.codec.http.DefaultHttpResponse;
import io.netty.handler.codec.http.FullHttpRequest;
import io.netty.handler.codec.http.HttpChunkedInput;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpHeaders;
import io.netty.handler.codec.http.HttpResponse;
import io.netty.handler.codec.http.HttpResponseStatus;
import io.netty.handler.codec.http.HttpUtil;
import io.netty.handler.codec.http.HttpVersion;
import io.netty.handler.codec.http.QueryStringDecoder;
import io.netty.handler.stream.ChunkedStream;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Takes HTTP requests to their routes and the answers back. */
@SuppressWarnings("FutureReturnValueIgnored") // Netty closes the channel when a write fails
final class ControlHandler extends SimpleChannelInboundHandler<FullHttpRequest> {
    private static final Logger LOG = LoggerFactory.getLogger(ControlHandler.class);

    /** The page loads nothing from elsewhere, and nobody frames it. */
    private static final String CONTENT_SECURITY_POLICY =
            "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; media-src 'self'; "
                    + "connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'";

    private final Router router;

    ControlHandler(Router router) {
        super(FullHttpRequest.class);
        this.router = router;
    }

    @Override
    protected void channelRead0(ChannelHandlerContext context, FullHttpRequest request) {
        boolean keepAlive = HttpUtil.isKeepAlive(request);
        answer(request).whenComplete((response, failure) -> {
            Response sent = failure == null ? response : Response.error(asApiException(failure));
            context.executor().execute(() -> write(context, sent, keepAlive));
        });
    }

    private CompletableFuture<Response> answer(FullHttpRequest request) {
        try {
            byte[] body = ByteBufUtil.getBytes(request.content());
            QueryStringDecoder uri = new QueryStringDecoder(request.uri());
            Map<String, String> query = new HashMap<>();
            uri.parameters().forEach((name, values) -> query.put(name, values.getLast()));
            String contentType = request.headers().get(HttpHeaderNames.CONTENT_TYPE, "");
            return router.route(request.method().name(), uri.path(), query, contentType, body);
        } catch (RuntimeException e) {
            return CompletableFuture.failedFuture(e);
        }
    }

    private static ApiException asApiException(Throwable failure) {
        Throwable cause =
                failure instanceof CompletionException && failure.getCause() != null ? failure.getCause() : failure;
        if (cause instanceof ApiException known) {
            return known;
        }
        LOG.error("A control call failed", cause);
        return new ApiException(500, "defect", "The simulator failed: " + cause);
    }

    private static void write(ChannelHandlerContext context, Response response, boolean keepAlive) {
        HttpResponseStatus status = HttpResponseStatus.valueOf(response.status());
        switch (response) {
            case Response.Full full -> {
                var message =
                        new DefaultFullHttpResponse(HttpVersion.HTTP_1_1, status, Unpooled.wrappedBuffer(full.body()));
                head(message, response, full.body().length, keepAlive);
                context.writeAndFlush(message);
            }
            case Response.Streamed streamed -> {
                var message = new DefaultHttpResponse(HttpVersion.HTTP_1_1, status);
                head(message, response, streamed.length(), keepAlive);
                context.write(message);
                context.writeAndFlush(new HttpChunkedInput(new ChunkedStream(streamed.body())));
            }
        }
        if (!keepAlive) {
            context.writeAndFlush(Unpooled.EMPTY_BUFFER).addListener(ChannelFutureListener.CLOSE);
        }
    }

    private static void head(HttpResponse message, Response response, long length, boolean keepAlive) {
        HttpHeaders headers = message.headers();
        headers.set(HttpHeaderNames.CONTENT_TYPE, response.contentType());
        headers.set(HttpHeaderNames.CONTENT_LENGTH, length);
        headers.set(HttpHeaderNames.CACHE_CONTROL, "no-store");
        headers.set("X-Content-Type-Options", "nosniff");
        headers.set(HttpHeaderNames.CONTENT_SECURITY_POLICY, CONTENT_SECURITY_POLICY);
        HttpUtil.setKeepAlive(message, keepAlive);
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext context, Throwable cause) {
        LOG.debug("A control connection broke", cause);
        context.close();
    }
}
