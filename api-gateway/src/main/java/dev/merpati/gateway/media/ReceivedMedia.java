package dev.merpati.gateway.media;

import dev.merpati.gateway.auth.TenantContext;
import dev.merpati.gateway.command.PendingOutcomes;
import dev.merpati.gateway.command.Submission;
import dev.merpati.gateway.command.SubmitResult;
import dev.merpati.gateway.error.Errors;
import dev.merpati.gateway.error.FailureErrors;
import dev.merpati.media.MediaStore;
import dev.merpati.media.NoSuchMediaException;
import dev.merpati.model.command.Command;
import dev.merpati.model.media.ReceivedFile;
import dev.merpati.model.outcome.FailureCode;
import dev.merpati.model.outcome.Outcome;
import dev.merpati.model.redis.RedisKeys;
import dev.merpati.model.shard.ShardMap;
import java.nio.ByteBuffer;
import java.util.UUID;
import java.util.regex.Pattern;
import org.springframework.data.redis.core.ReactiveStringRedisTemplate;
import org.springframework.stereotype.Component;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/**
 * The files of received messages: from the media store, into which the session's worker fetches each when it is asked for the
 * first time.
 */
@Component
class ReceivedMedia {
    private static final Pattern MEDIA_ID = Pattern.compile("[A-Za-z0-9_-]{22}");

    private final ReactiveStringRedisTemplate redis;
    private final RedisKeys keys;
    private final MediaStore store;
    private final PendingOutcomes outcomes;
    private final ShardMap shardMap;
    private final DownloadSettings settings;

    ReceivedMedia(
            ReactiveStringRedisTemplate redis,
            RedisKeys keys,
            MediaStore store,
            PendingOutcomes outcomes,
            ShardMap shardMap,
            DownloadSettings settings) {
        this.redis = redis;
        this.keys = keys;
        this.store = store;
        this.outcomes = outcomes;
        this.shardMap = shardMap;
        this.settings = settings;
    }

    /** Finds what is known of a session's file; an error of 404 when there is none. */
    Mono<ReceivedFile> find(UUID sessionId, String mediaId) {
        if (!MEDIA_ID.matcher(mediaId).matches()) {
            return Mono.error(failed(FailureCode.MEDIA_NOT_FOUND));
        }
        return redis.<String, String>opsForHash()
                .get(keys.receivedFiles(sessionId), mediaId)
                .map(ReceivedFile::ofStored)
                .switchIfEmpty(Mono.error(() -> failed(FailureCode.MEDIA_NOT_FOUND)));
    }

    /** Whether a file can be handed out. */
    sealed interface Availability {
        /** @param size in bytes */
        record Stored(long size) implements Availability {}

        /** It is being fetched from WhatsApp, which takes longer than a request waits. */
        record Fetching() implements Availability {}

        /** WhatsApp does not keep it any more; the session's phone was asked to upload it again. */
        record Requested() implements Availability {}
    }

    /** Has a file that was found put into the media store, unless it is there. */
    Mono<Availability> fetch(TenantContext tenant, UUID sessionId, String mediaId) {
        String name = ReceivedFile.nameInStore(sessionId, mediaId);
        return stored(name)
                .onErrorResume(
                        NoSuchMediaException.class,
                        missing -> submit(tenant, sessionId, mediaId)
                                .switchIfEmpty(Mono.defer(() -> stored(name))
                                        .onErrorMap(
                                                NoSuchMediaException.class,
                                                stillMissing -> failed(FailureCode.MEDIA_UNREACHABLE))));
    }

    private Mono<Availability> stored(String name) {
        return store.size(name).map(Availability.Stored::new);
    }

    Flux<ByteBuffer> read(UUID sessionId, String mediaId, ByteRange part) {
        return store.read(ReceivedFile.nameInStore(sessionId, mediaId), part.first(), part.length())
                .timeout(settings.stallTimeout());
    }

    /** Has the file fetched; empty when that is done. */
    private Mono<Availability> submit(TenantContext tenant, UUID sessionId, String mediaId) {
        Submission request =
                new Submission(shardMap.newCommandId(sessionId), tenant, sessionId, new Command.FetchMedia(mediaId));
        return outcomes.submitAndAwait(request, settings.fetchTimeout()).flatMap(result -> switch (result.progress()) {
            case SubmitResult.Ended(Outcome.MediaFetched _) -> Mono.empty();
            case SubmitResult.Ended(Outcome.MediaRequested _) -> Mono.just(new Availability.Requested());
            case SubmitResult.Ended(Outcome.Failed failed) ->
                Mono.error(FailureErrors.of(failed, null).exception());
            case SubmitResult.Ended other -> Mono.error(failed(FailureCode.MEDIA_UNREACHABLE));
            case SubmitResult.Pending pending -> Mono.just(new Availability.Fetching());
            case SubmitResult.SessionDeleted deleted ->
                Mono.error(Errors.noSuchSession().exception());
        });
    }

    private static RuntimeException failed(FailureCode code) {
        return FailureErrors.of(Outcome.Failed.of(code, ""), null).exception();
    }
}
