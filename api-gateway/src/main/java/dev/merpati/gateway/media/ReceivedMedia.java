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

    /**
     * Returns the length of a file that was found, once it is in the media store; empty when that takes longer than a request
     * waits.
     */
    Mono<Long> size(TenantContext tenant, UUID sessionId, String mediaId) {
        String name = ReceivedFile.nameInStore(sessionId, mediaId);
        return store.size(name)
                .onErrorResume(
                        NoSuchMediaException.class,
                        missing -> fetch(tenant, sessionId, mediaId)
                                .filter(fetched -> fetched)
                                .flatMap(fetched -> store.size(name)
                                        .onErrorMap(
                                                NoSuchMediaException.class,
                                                stillMissing -> failed(FailureCode.MEDIA_UNREACHABLE))));
    }

    Flux<ByteBuffer> read(UUID sessionId, String mediaId, ByteRange part) {
        return store.read(ReceivedFile.nameInStore(sessionId, mediaId), part.first(), part.length())
                .timeout(settings.stallTimeout());
    }

    /** Has the file fetched; false when that is not done in time. */
    private Mono<Boolean> fetch(TenantContext tenant, UUID sessionId, String mediaId) {
        Submission request =
                new Submission(shardMap.newCommandId(sessionId), tenant, sessionId, new Command.FetchMedia(mediaId));
        return outcomes.submitAndAwait(request, settings.fetchTimeout()).flatMap(result -> switch (result.progress()) {
            case SubmitResult.Ended(Outcome.MediaFetched _) -> Mono.just(true);
            case SubmitResult.Ended(Outcome.Failed failed) ->
                Mono.error(FailureErrors.of(failed, null).exception());
            case SubmitResult.Ended other -> Mono.error(failed(FailureCode.MEDIA_UNREACHABLE));
            case SubmitResult.Pending pending -> Mono.just(false);
            case SubmitResult.SessionDeleted deleted ->
                Mono.error(Errors.noSuchSession().exception());
        });
    }

    private static RuntimeException failed(FailureCode code) {
        return FailureErrors.of(Outcome.Failed.of(code, ""), null).exception();
    }
}
