package dev.merpati.gateway.media;

import dev.merpati.gateway.error.ApiError;
import dev.merpati.gateway.error.Errors;
import dev.merpati.gateway.web.RequestContext;
import dev.merpati.gateway.web.Uncancellable;
import dev.merpati.media.MediaStore;
import dev.merpati.model.command.MediaReference;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.core.ResolvableType;
import org.springframework.core.codec.DecodingException;
import org.springframework.http.HttpStatus;
import org.springframework.http.codec.multipart.FilePartEvent;
import org.springframework.http.codec.multipart.FormPartEvent;
import org.springframework.http.codec.multipart.PartEvent;
import org.springframework.http.codec.multipart.PartEventHttpMessageReader;
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
    private static final int MAX_HEADERS_SIZE = 8 * 1024;
    private static final int MAX_PARTS = 10;

    /** Room for everything in the body that is not the file. */
    private static final long OVERHEAD = 1024 * 1024;

    /** More than the parser reads ahead of {@link UploadValidator}, which is to be the first to see a file's end. */
    private static final long READ_AHEAD = 16 * OVERHEAD;

    private static final Duration DISCARD_PATIENCE = Duration.ofSeconds(2);

    /** Reactor's name for who is told of an error that comes after the end; a parser that was stopped may report one. */
    private static final String ERROR_DROPPED = "reactor.onErrorDropped.local";

    private final MediaStore store;
    private final UploadSettings settings;
    private final UploadSlots slots;
    private final UploadMetrics metrics;
    private final PartEventHttpMessageReader parts = new PartEventHttpMessageReader();

    UploadReader(MediaStore store, UploadSettings settings, UploadMetrics metrics) {
        this.store = store;
        this.settings = settings;
        this.metrics = metrics;
        this.slots = new UploadSlots(
                settings.parallel(Runtime.getRuntime().maxMemory(), store.bytesPerWrite()),
                settings.maxWaiting(),
                settings.maxWait(),
                metrics);
        parts.setMaxInMemorySize(MAX_FIELD_SIZE);
        parts.setMaxHeadersSize(MAX_HEADERS_SIZE);
        parts.setMaxParts(MAX_PARTS);
        parts.setMaxPartSize(UploadValidator.MAX_SIZE + READ_AHEAD);
    }

    /**
     * The form. An error of 400, 413 or 415 when it cannot be used, of 408 when it comes too slowly, of 503 when it is not
     * its turn in time or the store does not take the file.
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
                .onErrorMap(TimeoutException.class, failure -> tooSlow())
                .contextWrite(context -> context.put(ERROR_DROPPED, (Consumer<Throwable>) UploadReader::tooLate));
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
        ServerHttpRequest body = new HeapBodyRequest(request, settings.stallTimeout());
        return parts.read(ResolvableType.forClass(PartEvent.class), body, Map.of())
                // One part and one event at a time: whatever is taken in advance stays in memory.
                .windowUntil(PartEvent::isLast, false, 1)
                .concatMap(
                        events -> events.switchOnFirst((first, part) -> {
                            PartEvent event = first.get();
                            return event == null
                                    ? part.thenMany(Flux.<Part>empty())
                                    : read(event, part, mediaId, firstFile, fields);
                        }),
                        1)
                .onErrorMap(DecodingException.class, failure -> unreadable().exception());
    }

    private Flux<Part> read(
            PartEvent first, Flux<PartEvent> part, String mediaId, FirstOnly firstFile, FieldCheck fields) {
        return switch (first) {
            case FormPartEvent field
            when field.name().equals(MEDIA) ->
                refuse(Errors.badRequest("media_not_a_file", "media must be a file with a file name"));
            case FormPartEvent field -> {
                fields.check(field.name(), field.value());
                yield part.map(event -> new Part.Field(field.name(), field.value()));
            }
            case FilePartEvent file
            when !file.name().equals(MEDIA) ->
                refuse(Errors.badRequest("unexpected_file", "A file must be in the field media, and only there"));
            case FilePartEvent file
            when !firstFile.claim() -> refuse(Errors.badRequest("too_many_files", "One message takes one media file"));
            case FilePartEvent file -> store(mediaId, file.filename(), part);
            default -> refuse(unreadable());
        };
    }

    private Flux<Part> store(String mediaId, String clientsName, Flux<PartEvent> part) {
        String fileName = FileNames.sanitise(clientsName);
        Optional<MediaFormat> format = MediaFormat.ofFileName(fileName);
        if (format.isEmpty()) {
            return refuse(unsupported());
        }
        UploadValidator check = new UploadValidator(format.get());
        AtomicBoolean clientGone = new AtomicBoolean();
        Flux<ByteBuffer> content = part.map(UploadReader::contentOf)
                .doOnNext(check::chunk)
                .doOnComplete(check::end)
                .doOnError(failure -> clientGone.set(true));
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

    private static void tooLate(Throwable failure) {
        log.debug("After the end of a form: {}", failure.toString());
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

    private static ByteBuffer contentOf(PartEvent event) {
        ByteBuffer content = ByteBuffer.allocate(event.content().readableByteCount());
        event.content().toByteBuffer(content);
        return content;
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

    private static ApiError unreadable() {
        return Errors.badRequest(
                "malformed_request",
                "The request cannot be read: the body must be a complete multipart/form-data form");
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
