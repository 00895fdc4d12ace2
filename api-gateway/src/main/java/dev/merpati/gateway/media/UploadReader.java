package dev.merpati.gateway.media;

import dev.merpati.gateway.error.ApiError;
import dev.merpati.gateway.error.Errors;
import dev.merpati.gateway.media.MultipartParser.Token;
import dev.merpati.gateway.web.IdleTimeout;
import dev.merpati.gateway.web.RequestContext;
import dev.merpati.gateway.web.Uncancellable;
import dev.merpati.media.MediaStore;
import dev.merpati.model.command.MediaReference;
import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicBoolean;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.http.HttpStatus;
import org.springframework.http.MediaType;
import org.springframework.http.server.reactive.ServerHttpRequest;
import org.springframework.stereotype.Component;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/**
 * Reads a multipart form and streams its file into the media store, no faster than the store takes it: of a file no more
 * than some hundred network buffers are in memory, and no more forms are read at once than the settings allow. A form that
 * cannot be used leaves nothing in the store.
 */
@Component
public class UploadReader {
    private static final Logger log = LoggerFactory.getLogger(UploadReader.class);
    private static final String MEDIA = "media";
    private static final int MAX_FIELD_SIZE = 64 * 1024;
    private static final int MAX_BOUNDARY = 200;

    /** Room for everything in the body that is not the file. */
    private static final long OVERHEAD = 1024 * 1024;

    private static final Duration DISCARD_PATIENCE = Duration.ofSeconds(2);

    private final MediaStore store;
    private final UploadSettings settings;
    private final UploadSlots slots;
    private final UploadMetrics metrics;

    UploadReader(MediaStore store, UploadSettings settings, UploadMetrics metrics) {
        this.store = store;
        this.settings = settings;
        this.metrics = metrics;
        this.slots = new UploadSlots(
                settings.parallel(Runtime.getRuntime().maxMemory(), store.bytesPerWrite()),
                settings.maxWaiting(),
                settings.maxWait(),
                metrics);
    }

    /**
     * The form. An error of 400, 413 or 415 when it cannot be used, of 408 when it comes too slowly, of 429 or 503 when it is
     * not its turn in time, of 503 when the store does not take the file.
     */
    public Mono<Upload> read(ServerHttpRequest request, String tenantId, FieldCheck fields) {
        if (request.getHeaders().getContentLength() > UploadValidator.MAX_SIZE + OVERHEAD) {
            return Mono.error(UploadValidator.tooLarge().exception());
        }
        Mono<Upload> upload = Mono.usingWhen(
                Mono.fromSupplier(() -> UUID.randomUUID().toString()),
                id -> partsOf(request, id, fields).collectList().map(UploadReader::assemble),
                id -> Mono.empty(),
                (id, failure) -> discard(id),
                this::discard);
        return slots.inTurn(tenantId, upload.timeout(settings.timeout()))
                .onErrorMap(TimeoutException.class, failure -> tooSlow());
    }

    /**
     * Removes a file that no command refers to. A client does not wait for that longer than a moment; the worker's sweeper
     * takes what stays.
     */
    public Mono<Void> discard(String mediaId) {
        return Uncancellable.of(store.delete(mediaId).onErrorComplete()).timeout(DISCARD_PATIENCE, Mono.empty());
    }

    private Flux<Part> partsOf(ServerHttpRequest request, String mediaId, FieldCheck fields) {
        FirstOnly firstFile = new FirstOnly();
        MultipartParser parser = new MultipartParser(boundaryOf(request));
        return IdleTimeout.apply(
                        request.getBody(),
                        settings.stallTimeout(),
                        settings.minimumRate().toBytes())
                // One chunk, part and token at a time: whatever is taken in advance stays in memory.
                .concatMapIterable(parser::parse, 1)
                .concatWith(Flux.<Token>empty().doOnComplete(parser::end))
                .windowUntil(Token.End.class::isInstance, false, 1)
                .concatMap(
                        tokens ->
                                tokens.switchOnFirst((first, part) -> first.get() instanceof Token.Begin(PartHead head)
                                        ? read(
                                                head,
                                                part.ofType(Token.Content.class).map(Token.Content::bytes),
                                                mediaId,
                                                firstFile,
                                                fields)
                                        : part.thenMany(Flux.empty())),
                        1);
    }

    private static String boundaryOf(ServerHttpRequest request) {
        MediaType type = request.getHeaders().getContentType();
        String boundary = type == null ? null : type.getParameter("boundary");
        String bare = boundary == null ? "" : boundary.replaceAll("^\"|\"$", "");
        if (bare.isEmpty() || bare.length() > MAX_BOUNDARY) {
            throw Errors.badRequest(
                            "malformed_request",
                            "Content-Type multipart/form-data must have the parameter boundary, of 1 to " + MAX_BOUNDARY
                                    + " characters; let your HTTP library set this header")
                    .exception();
        }
        return bare;
    }

    private Flux<Part> read(
            PartHead head, Flux<ByteBuffer> content, String mediaId, FirstOnly firstFile, FieldCheck fields) {
        if (head.fileName() == null) {
            return head.name().equals(MEDIA)
                    ? refuse(Errors.badRequest("media_not_a_file", "media must be a file with a file name"))
                    : field(head, content, fields).flux();
        }
        if (!head.name().equals(MEDIA)) {
            return refuse(Errors.badRequest("unexpected_file", "A file must be in the field media, and only there"));
        }
        return firstFile.claim()
                ? store(mediaId, head.fileName(), content)
                : refuse(Errors.badRequest("too_many_files", "One message takes one media file"));
    }

    private static Mono<Part> field(PartHead head, Flux<ByteBuffer> content, FieldCheck fields) {
        return content.collect(ByteArrayOutputStream::new, (value, bytes) -> addTo(value, bytes, head.name()))
                .map(value -> {
                    String text = PartHead.decode(value.toByteArray(), head.charset())
                            .orElseThrow(() -> Errors.invalidField(
                                            head.name(), "not valid " + head.charset(), "text in UTF-8")
                                    .exception());
                    fields.check(head.name(), text);
                    return new Part.Field(head.name(), text);
                });
    }

    private static void addTo(ByteArrayOutputStream value, ByteBuffer bytes, String name) {
        if (value.size() + bytes.remaining() > MAX_FIELD_SIZE) {
            throw ApiError.of(
                            HttpStatus.CONTENT_TOO_LARGE,
                            "body_too_large",
                            name + " is larger than " + MAX_FIELD_SIZE + " bytes")
                    .with("field", name)
                    .with("limit", MAX_FIELD_SIZE)
                    .exception();
        }
        byte[] copy = new byte[bytes.remaining()];
        bytes.get(copy);
        value.writeBytes(copy);
    }

    private Flux<Part> store(String mediaId, String clientsName, Flux<ByteBuffer> part) {
        String fileName = FileNames.sanitise(clientsName);
        Optional<MediaFormat> format = MediaFormat.ofFileName(fileName);
        if (format.isEmpty()) {
            return refuse(unsupported());
        }
        UploadValidator check = new UploadValidator(format.get());
        AtomicBoolean clientGone = new AtomicBoolean();
        Flux<ByteBuffer> content =
                part.doOnNext(check::chunk).doOnComplete(check::end).doOnError(failure -> clientGone.set(true));
        return store.write(mediaId, content)
                .onErrorResume(failure -> clientGone.get() ? Mono.error(failure) : storeFailed(failure))
                .map(stored -> new MediaReference(
                        mediaId,
                        format.get().kind(),
                        stored.sha256(),
                        stored.size(),
                        format.get().mimeType(),
                        fileName))
                .doOnCancel(() -> clientGone.set(true))
                .<Part>map(Part.File::new)
                .flux();
    }

    private static <T> Mono<T> storeFailed(Throwable failure) {
        return RequestContext.within(() -> {
            log.warn("The media store does not take a file: {}", failure.toString());
            return Mono.error(Errors.unavailable("The file could not be stored; nothing was sent. Try again")
                    .exception());
        });
    }

    private Throwable tooSlow() {
        metrics.refused(UploadMetrics.Refusal.TOO_SLOW);
        return ApiError.of(
                        HttpStatus.REQUEST_TIMEOUT,
                        "upload_too_slow",
                        "The file did not arrive in time; nothing was sent. Try again on a faster connection")
                .exception();
    }

    /** Reads no more of the form. */
    private static Flux<Part> refuse(ApiError error) {
        return Flux.error(error.exception());
    }

    private static Upload assemble(List<Part> parts) {
        Map<String, String> fields = new HashMap<>();
        MediaReference media = null;
        for (Part part : parts) {
            switch (part) {
                case Part.Field(String name, String value) -> fields.putIfAbsent(name, value);
                case Part.File(MediaReference file) -> media = file;
            }
        }
        return new Upload(fields, Optional.ofNullable(media));
    }

    private static ApiError unsupported() {
        return ApiError.of(
                        HttpStatus.UNSUPPORTED_MEDIA_TYPE,
                        "unsupported_file_type",
                        "Files of this type cannot be sent: the file's name must end in one of the allowed extensions")
                .with("allowed", MediaFormat.extensions());
    }

    /** Lets the first one pass and nobody after. */
    private static final class FirstOnly {
        private boolean taken;

        boolean claim() {
            boolean first = !taken;
            taken = true;
            return first;
        }
    }
}
