package dev.merpati.simulator.server;

import dev.merpati.simulator.crypto.Hash;
import dev.merpati.simulator.fault.Fault;
import dev.merpati.simulator.fault.FaultKind;
import dev.merpati.simulator.fault.Faults;
import dev.merpati.simulator.media.MediaStorage;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.SimpleChannelInboundHandler;
import io.netty.handler.codec.http.DefaultFullHttpResponse;
import io.netty.handler.codec.http.DefaultHttpResponse;
import io.netty.handler.codec.http.FullHttpResponse;
import io.netty.handler.codec.http.HttpChunkedInput;
import io.netty.handler.codec.http.HttpContent;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpMethod;
import io.netty.handler.codec.http.HttpObject;
import io.netty.handler.codec.http.HttpRequest;
import io.netty.handler.codec.http.HttpResponse;
import io.netty.handler.codec.http.HttpResponseStatus;
import io.netty.handler.codec.http.HttpUtil;
import io.netty.handler.codec.http.HttpVersion;
import io.netty.handler.codec.http.LastHttpContent;
import io.netty.handler.codec.http.QueryStringDecoder;
import io.netty.handler.stream.ChunkedNioFile;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.security.MessageDigest;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * The media server: {@code POST /mms/<kind>/<base64url of the body's SHA-256>?auth=..} and {@code GET} on the path that
 * the answer names. Bodies go to disk as they come, which blocks the event loop no longer than the page cache does.
 */
@SuppressWarnings("FutureReturnValueIgnored") // Netty closes the channel when a write fails
final class MediaHandler extends SimpleChannelInboundHandler<HttpObject> {
    private static final int MAX_UPLOAD = 128 << 20;

    private final MediaStorage storage;
    private final Faults faults;
    private final Stats stats;
    private @Nullable Upload upload;

    /** Told when the whole request has come: a client that still sends would lose an earlier answer to a reset. */
    private @Nullable HttpResponseStatus refusal;

    @SuppressWarnings("ArrayRecordComponent") // never compared
    private record Upload(
            String path, byte[] expected, Path part, FileChannel file, MessageDigest digest, boolean stalls) {}

    MediaHandler(MediaStorage storage, Faults faults, Stats stats) {
        super(HttpObject.class);
        this.storage = storage;
        this.faults = faults;
        this.stats = stats;
    }

    @Override
    protected void channelRead0(ChannelHandlerContext context, HttpObject message) throws IOException {
        if (message instanceof HttpRequest request) {
            HandshakeDeadline.met(context.channel());
            begin(context, request);
        }
        if (message instanceof HttpContent content && upload != null) {
            write(upload, content.content());
            if (message instanceof LastHttpContent) {
                finish(context, upload);
            }
        }
        if (message instanceof LastHttpContent && refusal != null) {
            refuse(context, refusal);
            refusal = null;
        }
    }

    private void begin(ChannelHandlerContext context, HttpRequest request) throws IOException {
        QueryStringDecoder target = new QueryStringDecoder(request.uri());
        List<String> auth = target.parameters().getOrDefault("auth", List.of());
        String number = auth.isEmpty() ? null : MediaConnectionQuery.numberIn(auth.getFirst());
        Optional<Fault> error =
                target.path().startsWith("/mms/") || target.path().startsWith("/v/")
                        ? faults.strike(FaultKind.MEDIA_ERROR, number)
                        : Optional.empty();
        if (error.isPresent()) {
            refusal = HttpResponseStatus.valueOf(error.get().status());
        } else if (request.method().equals(HttpMethod.POST)) {
            Optional<byte[]> expected = MediaStorage.hashIn(target.path());
            if (expected.isEmpty()) {
                refusal = HttpResponseStatus.NOT_FOUND;
                return;
            }
            if (HttpUtil.is100ContinueExpected(request)) {
                context.writeAndFlush(new DefaultFullHttpResponse(HttpVersion.HTTP_1_1, HttpResponseStatus.CONTINUE));
            }
            Path part = storage.newPart();
            FileChannel file = FileChannel.open(part, StandardOpenOption.WRITE);
            boolean stalls = faults.strike(FaultKind.MEDIA_STALL, number).isPresent();
            upload = new Upload(target.path(), expected.get(), part, file, Hash.sha256(), stalls);
        } else {
            download(context, target.path());
        }
    }

    private static void write(Upload upload, ByteBuf content) throws IOException {
        for (ByteBuffer buffer : content.nioBuffers()) {
            upload.digest().update(buffer.duplicate());
            while (buffer.hasRemaining()) {
                int written = upload.file().write(buffer);
                if (written < 0) {
                    throw new IOException("The disk takes no more");
                }
            }
        }
        if (upload.file().position() > MAX_UPLOAD) {
            throw new IOException("An upload of more than " + MAX_UPLOAD + " bytes");
        }
    }

    private void finish(ChannelHandlerContext context, Upload done) throws IOException {
        upload = null;
        done.file().close();
        byte[] hash = done.digest().digest();
        if (!MessageDigest.isEqual(hash, done.expected())) {
            Files.delete(done.part());
            refuse(context, HttpResponseStatus.BAD_REQUEST);
            return;
        }
        storage.keep(done.part(), hash);
        stats.mediaUploads.increment();
        String json = "{\"url\":\"https://" + MediaConnectionQuery.HOST + done.path() + "\",\"direct_path\":\""
                + done.path() + "\",\"handle\":\"" + ByteBufUtil.hexDump(hash) + "\"}";
        FullHttpResponse response = new DefaultFullHttpResponse(
                HttpVersion.HTTP_1_1, HttpResponseStatus.OK, Unpooled.copiedBuffer(json, StandardCharsets.UTF_8));
        response.headers().set(HttpHeaderNames.CONTENT_TYPE, "application/json");
        HttpUtil.setContentLength(response, response.content().readableBytes());
        context.writeAndFlush(done.stalls() ? headOf(response) : response);
    }

    private static HttpResponse headOf(FullHttpResponse response) {
        HttpResponse head = new DefaultHttpResponse(response.protocolVersion(), response.status(), response.headers());
        response.release();
        return head;
    }

    private void download(ChannelHandlerContext context, String path) throws IOException {
        Optional<Path> blob = storage.find(path);
        if (blob.isEmpty()) {
            refusal = HttpResponseStatus.NOT_FOUND;
            return;
        }
        DefaultHttpResponse response = new DefaultHttpResponse(HttpVersion.HTTP_1_1, HttpResponseStatus.OK);
        response.headers().set(HttpHeaderNames.CONTENT_TYPE, "application/octet-stream");
        HttpUtil.setContentLength(response, Files.size(blob.get()));
        context.write(response);
        context.writeAndFlush(new HttpChunkedInput(new ChunkedNioFile(blob.get().toFile())));
    }

    private static void refuse(ChannelHandlerContext context, HttpResponseStatus status) {
        FullHttpResponse response = new DefaultFullHttpResponse(HttpVersion.HTTP_1_1, status);
        HttpUtil.setContentLength(response, 0);
        context.writeAndFlush(response);
    }

    @Override
    public void channelInactive(ChannelHandlerContext context) throws Exception {
        Upload cut = upload;
        if (cut != null) {
            upload = null;
            cut.file().close();
            Files.deleteIfExists(cut.part());
        }
        super.channelInactive(context);
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext context, Throwable cause) {
        context.close();
    }
}
