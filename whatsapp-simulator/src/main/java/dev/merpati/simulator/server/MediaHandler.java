package dev.merpati.simulator.server;

import dev.merpati.simulator.crypto.Hash;
import dev.merpati.simulator.fault.Fault;
import dev.merpati.simulator.fault.FaultKind;
import dev.merpati.simulator.fault.Faults;
import dev.merpati.simulator.media.MediaPath;
import dev.merpati.simulator.media.MediaStorage;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelFutureListener;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.SimpleChannelInboundHandler;
import io.netty.handler.codec.http.DefaultFullHttpResponse;
import io.netty.handler.codec.http.DefaultHttpContent;
import io.netty.handler.codec.http.DefaultHttpResponse;
import io.netty.handler.codec.http.DefaultLastHttpContent;
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
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * The media server: {@code POST /mms/<type>/<base64url of the body's SHA-256>?auth=..&token=<the same hash>}, and
 * {@code GET} or {@code HEAD} on that path or on the one that the answer names, whole or a range. Uploads need the token
 * of a {@code media_conn}, downloads nothing. Bodies go to disk as they come, which blocks the event loop no longer than
 * the page cache does.
 */
@SuppressWarnings("FutureReturnValueIgnored") // Netty closes the channel when a write fails
final class MediaHandler extends SimpleChannelInboundHandler<HttpObject> {
    private static final int MAX_UPLOAD = 128 << 20;
    private static final int CHUNK = 64 << 10;

    private final MediaStorage storage;
    private final MediaTokens tokens;
    private final Faults faults;
    private final Stats stats;
    private @Nullable Upload upload;

    /** Told when the whole request has come: a client that still sends would lose an earlier answer to a reset. */
    private @Nullable HttpResponse answer;

    private record Upload(
            MediaPath path, String host, Path part, FileChannel file, MessageDigest digest, boolean stalls) {}

    /** A request's target, with the values of its parameters that matter. */
    private record Target(QueryStringDecoder uri, Optional<MediaPath> path, Optional<String> number) {
        Optional<String> parameter(String name) {
            List<String> values = uri.parameters().getOrDefault(name, List.of());
            return values.isEmpty() ? Optional.empty() : Optional.of(values.getFirst());
        }

        /** Whether a parameter, if it is there, names the hash that the path does. */
        boolean agrees(String name) {
            return parameter(name).map(MediaHandler::hash).map(this::isHash).orElse(true);
        }

        private boolean isHash(byte[] hash) {
            return path.filter(known -> Arrays.equals(known.sha256(), hash)).isPresent();
        }
    }

    MediaHandler(MediaStorage storage, MediaTokens tokens, Faults faults, Stats stats) {
        super(HttpObject.class);
        this.storage = storage;
        this.tokens = tokens;
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
            write(context, upload, content.content());
        }
        if (message instanceof LastHttpContent) {
            if (upload != null) {
                finish(context, upload);
            } else if (answer != null) {
                context.writeAndFlush(answer);
                answer = null;
            }
        }
    }

    private void begin(ChannelHandlerContext context, HttpRequest request) throws IOException {
        Target target = target(request);
        HttpMethod method = request.method();
        Optional<Fault> error = target.path().isPresent()
                ? faults.strike(FaultKind.MEDIA_ERROR, target.number().orElse(null))
                : Optional.empty();
        if (error.isPresent()) {
            answer = empty(HttpResponseStatus.valueOf(error.get().status()));
        } else if (target.path().isEmpty()) {
            answer = refusal(method.equals(HttpMethod.POST), HttpResponseStatus.NOT_FOUND);
        } else if (method.equals(HttpMethod.POST)) {
            answer = beginUpload(context, request, target, target.path().get());
        } else if (method.equals(HttpMethod.DELETE)) {
            answer = empty(delete(target, target.path().get()));
        } else if (method.equals(HttpMethod.GET) || method.equals(HttpMethod.HEAD)) {
            download(context, request, target, target.path().get());
        } else {
            answer = empty(HttpResponseStatus.METHOD_NOT_ALLOWED);
        }
    }

    private Target target(HttpRequest request) {
        QueryStringDecoder uri = new QueryStringDecoder(request.uri());
        List<String> auth = uri.parameters().getOrDefault("auth", List.of());
        return new Target(
                uri, MediaPath.parse(uri.path()), auth.isEmpty() ? Optional.empty() : tokens.numberIn(auth.getFirst()));
    }

    /** Null if the body is to be written. */
    private @Nullable HttpResponse beginUpload(
            ChannelHandlerContext context, HttpRequest request, Target target, MediaPath path) throws IOException {
        if (!path.isUpload()) {
            return refusal(true, HttpResponseStatus.NOT_FOUND);
        }
        if (target.number().isEmpty()) {
            return refusal(true, HttpResponseStatus.UNAUTHORIZED);
        }
        if (target.parameter("token").isEmpty()
                || !target.agrees("token")
                || target.parameter("file_offset")
                        .filter(offset -> !offset.equals("0"))
                        .isPresent()) {
            return refusal(true, HttpResponseStatus.BAD_REQUEST);
        }
        if (HttpUtil.getContentLength(request, 0L) > MAX_UPLOAD) {
            return refusal(true, HttpResponseStatus.REQUEST_ENTITY_TOO_LARGE);
        }
        String host =
                Optional.ofNullable(request.headers().get(HttpHeaderNames.HOST)).orElse(Hosts.MEDIA);
        if (target.parameter("resume").isPresent()) {
            return storage.find(path).isPresent()
                    ? json(stored(host, path) + ",\"resume\":\"complete\"}")
                    : json("{\"resume\":\"0\"}");
        }
        if (HttpUtil.is100ContinueExpected(request)) {
            context.writeAndFlush(new DefaultFullHttpResponse(HttpVersion.HTTP_1_1, HttpResponseStatus.CONTINUE));
        }
        Path part = storage.newPart();
        FileChannel file = FileChannel.open(part, StandardOpenOption.WRITE);
        boolean stalls =
                faults.strike(FaultKind.MEDIA_STALL, target.number().get()).isPresent();
        upload = new Upload(path, host, part, file, Hash.sha256(), stalls);
        return null;
    }

    private static void write(ChannelHandlerContext context, Upload upload, ByteBuf content) throws IOException {
        if (upload.file().position() + content.readableBytes() > MAX_UPLOAD) {
            // A client that streams on would never see an answer.
            context.close();
            return;
        }
        for (ByteBuffer buffer : content.nioBuffers()) {
            upload.digest().update(buffer.duplicate());
            while (buffer.hasRemaining()) {
                int written = upload.file().write(buffer);
                if (written < 0) {
                    throw new IOException("The disk takes no more");
                }
            }
        }
    }

    private void finish(ChannelHandlerContext context, Upload done) throws IOException {
        upload = null;
        done.file().close();
        byte[] hash = done.digest().digest();
        if (!MessageDigest.isEqual(hash, done.path().sha256())) {
            Files.delete(done.part());
            context.writeAndFlush(refusal(true, HttpResponseStatus.BAD_REQUEST));
            return;
        }
        storage.keep(done.part(), hash);
        stats.mediaUploads.increment();
        FullHttpResponse response =
                json(stored(done.host(), done.path()) + ",\"handle\":\"" + ByteBufUtil.hexDump(hash) + "\"}");
        context.writeAndFlush(done.stalls() ? headOf(response) : response);
    }

    /** The beginning of a JSON object that says where a file is. */
    private static String stored(String host, MediaPath path) {
        return "{\"url\":\"https://" + host + path.direct() + "&mms3=true\",\"direct_path\":\"" + path.direct() + "\"";
    }

    private static HttpResponse headOf(FullHttpResponse response) {
        HttpResponse head = new DefaultHttpResponse(response.protocolVersion(), response.status(), response.headers());
        response.release();
        return head;
    }

    /** Clients remove what was meant for them alone, such as a part of the history, once they have it. */
    private HttpResponseStatus delete(Target target, MediaPath path) throws IOException {
        if (target.number().isEmpty()) {
            return HttpResponseStatus.UNAUTHORIZED;
        }
        storage.remove(path);
        return HttpResponseStatus.OK;
    }

    private void download(ChannelHandlerContext context, HttpRequest request, Target target, MediaPath path)
            throws IOException {
        Optional<Path> blob = target.agrees("hash") ? storage.find(path) : Optional.empty();
        if (blob.isEmpty()) {
            answer = empty(HttpResponseStatus.NOT_FOUND);
            return;
        }
        if (!storage.isOffered(path, target.parameter("oh"))) {
            answer = empty(HttpResponseStatus.GONE);
            return;
        }
        long size = Files.size(blob.get());
        String header = request.headers().get(HttpHeaderNames.RANGE);
        Optional<ByteRange> range = header == null ? Optional.empty() : ByteRange.parse(header, size);
        if (range.isPresent() && !range.get().isSatisfiable()) {
            answer = empty(HttpResponseStatus.REQUESTED_RANGE_NOT_SATISFIABLE);
            answer.headers().set(HttpHeaderNames.CONTENT_RANGE, "bytes */" + size);
            return;
        }
        ByteRange part = range.orElse(new ByteRange(0, size - 1));
        HttpResponseStatus status = range.isPresent() ? HttpResponseStatus.PARTIAL_CONTENT : HttpResponseStatus.OK;
        // Netty's codec leaves the body out of the answer to a HEAD.
        HttpResponse response = new DefaultHttpResponse(HttpVersion.HTTP_1_1, status);
        response.headers().set(HttpHeaderNames.CONTENT_TYPE, "application/octet-stream");
        response.headers().set(HttpHeaderNames.ACCEPT_RANGES, "bytes");
        HttpUtil.setContentLength(response, part.length());
        if (range.isPresent()) {
            response.headers()
                    .set(HttpHeaderNames.CONTENT_RANGE, "bytes " + part.first() + "-" + part.last() + "/" + size);
        }
        context.write(response);
        if (!request.method().equals(HttpMethod.GET) || !fail(context, blob.get(), part)) {
            FileChannel file = FileChannel.open(blob.get(), StandardOpenOption.READ);
            context.writeAndFlush(new HttpChunkedInput(new ChunkedNioFile(file, part.first(), part.length(), CHUNK)));
        }
    }

    /** Writes what a fault makes of a body; false when there is none. Nobody says who downloads: only faults for all strike. */
    private boolean fail(ChannelHandlerContext context, Path blob, ByteRange part) throws IOException {
        if (faults.strike(FaultKind.MEDIA_STALL, null).isPresent()) {
            context.flush();
            return true;
        }
        boolean cut = faults.strike(FaultKind.MEDIA_CUT, null).isPresent();
        if (!cut && faults.strike(FaultKind.MEDIA_CORRUPT, null).isEmpty()) {
            return false;
        }
        int first = Math.toIntExact(part.first());
        byte[] body = Arrays.copyOfRange(Files.readAllBytes(blob), first, first + Math.toIntExact(part.length()));
        if (cut) {
            context.writeAndFlush(new DefaultHttpContent(Unpooled.wrappedBuffer(body, 0, body.length / 2)))
                    .addListener(ChannelFutureListener.CLOSE);
        } else {
            body[body.length / 2] ^= 1;
            context.writeAndFlush(new DefaultLastHttpContent(Unpooled.wrappedBuffer(body)));
        }
        return true;
    }

    private static byte[] hash(String base64) {
        try {
            return Base64.getUrlDecoder()
                    .decode(base64.replace('+', '-').replace('/', '_').replace(' ', '-'));
        } catch (IllegalArgumentException _) {
            return new byte[0];
        }
    }

    private HttpResponse refusal(boolean ofUpload, HttpResponseStatus status) {
        if (ofUpload) {
            stats.mediaRefused.increment();
        }
        return empty(status);
    }

    private static FullHttpResponse empty(HttpResponseStatus status) {
        FullHttpResponse response = new DefaultFullHttpResponse(HttpVersion.HTTP_1_1, status);
        HttpUtil.setContentLength(response, 0);
        return response;
    }

    private static FullHttpResponse json(String text) {
        FullHttpResponse response = new DefaultFullHttpResponse(
                HttpVersion.HTTP_1_1, HttpResponseStatus.OK, Unpooled.copiedBuffer(text, StandardCharsets.UTF_8));
        response.headers().set(HttpHeaderNames.CONTENT_TYPE, "application/json");
        HttpUtil.setContentLength(response, response.content().readableBytes());
        return response;
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
