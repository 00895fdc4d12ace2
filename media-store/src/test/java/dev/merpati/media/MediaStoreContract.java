package dev.merpati.media;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Random;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.reactivestreams.Subscription;
import reactor.core.Disposable;
import reactor.core.publisher.BaseSubscriber;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.publisher.Sinks;

/** What every media store must do; each implementation runs all of it. */
abstract class MediaStoreContract {
    private static final Duration PATIENCE = Duration.ofMinutes(1);

    /** A store that is empty. */
    abstract MediaStore store();

    /** Everything that the store holds, unfinished uploads included. */
    abstract int filesHeld();

    @Test
    void readsBackWhatWasWritten() {
        byte[] content = random(300_000);

        StoredMedia stored = store().write("a-1", chunks(content, 8_192)).block(PATIENCE);

        assertThat(stored).isEqualTo(new StoredMedia("a-1", content.length, sha256(content)));
        assertThat(store().read("a-1").block(PATIENCE)).isEqualTo(content);
    }

    @Test
    void readsBackAFileOfManyMegabytes() {
        byte[] content = random(17_000_001);

        StoredMedia stored = store().write("large", chunks(content, 65_536)).block(PATIENCE);

        assertThat(stored).isEqualTo(new StoredMedia("large", content.length, sha256(content)));
        assertThat(store().read("large").block(PATIENCE)).isEqualTo(content);
        assertThat(filesHeld()).isOne();
    }

    @Test
    void storesManyFilesAtOnce() {
        byte[] content = random(50_000_000);
        Flux<StoredMedia> uploads =
                Flux.range(0, 6).flatMap(i -> store().write("parallel-" + i, chunks(content, 32_768 + i)), 6);

        List<StoredMedia> stored = uploads.collectList().block(Duration.ofMinutes(2));

        assertThat(stored).hasSize(6).extracting(StoredMedia::sha256).containsOnly(sha256(content));
        assertThat(store().read("parallel-3").block(PATIENCE)).isEqualTo(content);
        assertThat(filesHeld()).isEqualTo(6);
    }

    @Test
    void putsTheLaterFileInPlaceOfTheEarlier() {
        store().write("twice", Flux.just(utf8("earlier"))).block(PATIENCE);
        store().write("twice", Flux.just(utf8("later"))).block(PATIENCE);

        assertThat(store().read("twice").block(PATIENCE)).asString().isEqualTo("later");
        assertThat(filesHeld()).isOne();
    }

    @Test
    void keepsTheEarlierFileWhenTheContentOfTheLaterBreaksOff() {
        store().write("kept", Flux.just(utf8("earlier"))).block(PATIENCE);
        Flux<ByteBuffer> broken =
                chunks(new byte[300_000], 10_000).concatWith(Flux.error(new IllegalStateException("client left")));

        assertThatThrownBy(() -> store().write("kept", broken).block(PATIENCE)).hasMessageContaining("client left");

        assertThat(store().read("kept").block(PATIENCE)).asString().isEqualTo("earlier");
        assertThat(filesHeld()).isOne();
    }

    @Test
    void storesAgainWhenSubscribedToAgain() {
        Mono<StoredMedia> write = store().write("again", Flux.just(utf8("x")).map(ByteBuffer::duplicate));

        assertThat(write.block(PATIENCE)).isEqualTo(write.block(PATIENCE));
    }

    @Test
    void keepsAnEmptyFile() {
        StoredMedia stored = store().write("empty", Flux.empty()).block(PATIENCE);

        assertThat(stored).extracting(StoredMedia::size).isEqualTo(0L);
        assertThat(store().read("empty").block(PATIENCE)).isEmpty();
    }

    @Test
    void leavesNothingOfAFileWhoseContentBreaksOff() {
        Flux<ByteBuffer> broken =
                chunks(new byte[100_000], 1_000).concatWith(Flux.error(new IllegalStateException("client left")));

        assertThatThrownBy(() -> store().write("broken", broken).block(PATIENCE))
                .hasMessageContaining("client left");

        assertThatThrownBy(() -> store().read("broken").block(PATIENCE)).isInstanceOf(NoSuchMediaException.class);
        assertThat(filesHeld()).isZero();
    }

    @Test
    void leavesNothingOfACancelledUpload() {
        Sinks.Many<ByteBuffer> content = Sinks.many().unicast().onBackpressureBuffer();
        Disposable upload = store().write("cancelled", content.asFlux()).subscribe();
        content.tryEmitNext(ByteBuffer.wrap(new byte[1_000]));

        upload.dispose();

        await().atMost(PATIENCE).untilAsserted(() -> assertThat(filesHeld()).isZero());
        assertThatThrownBy(() -> store().read("cancelled").block(PATIENCE)).isInstanceOf(NoSuchMediaException.class);
    }

    @Test
    void leavesNothingOfAnUploadCancelledAfterManyMegabytes() {
        Sinks.One<ByteBuffer> rest = Sinks.one();
        AtomicLong taken = new AtomicLong();
        Flux<ByteBuffer> content = chunks(new byte[18_000_000], 60_000)
                .doOnNext(chunk -> taken.addAndGet(chunk.remaining()))
                .concatWith(rest.asMono());
        Disposable upload = store().write("cancelled", content).subscribe();
        await().atMost(PATIENCE).untilAsserted(() -> assertThat(taken).hasValue(18_000_000));

        upload.dispose();

        await().atMost(PATIENCE).untilAsserted(() -> assertThat(filesHeld()).isZero());
        assertThatThrownBy(() -> store().read("cancelled").block(PATIENCE)).isInstanceOf(NoSuchMediaException.class);
    }

    @ParameterizedTest
    @ValueSource(ints = {1_024, 8_192})
    void asksForContentOnlyAsFastAsItIsStored(int chunkSize) {
        AtomicLong ahead = new AtomicLong();
        AtomicLong mostAhead = new AtomicLong();
        int chunks = 2_000;
        AtomicInteger made = new AtomicInteger();
        Flux<ByteBuffer> content = Flux.<ByteBuffer>generate(sink -> {
                    if (made.getAndIncrement() == chunks) {
                        sink.complete();
                    } else {
                        sink.next(ByteBuffer.allocate(chunkSize));
                    }
                })
                .doOnRequest(n -> mostAhead.accumulateAndGet(ahead.addAndGet(n), Math::max))
                .doOnNext(chunk -> ahead.decrementAndGet());

        store().write("paced", content).block(PATIENCE);

        assertThat(mostAhead).hasValueLessThan(64);
    }

    @Test
    void saysThatAFileIsMissing() {
        assertThatThrownBy(() -> store().read("nothing").block(PATIENCE))
                .isInstanceOf(NoSuchMediaException.class)
                .hasMessageContaining("nothing");
    }

    @Test
    void deletesAndDoesNotMindDeletingAgain() {
        store().write("gone", Flux.just(utf8("x"))).block(PATIENCE);

        store().delete("gone").block(PATIENCE);
        store().delete("gone").block(PATIENCE);

        assertThatThrownBy(() -> store().read("gone").block(PATIENCE)).isInstanceOf(NoSuchMediaException.class);
        assertThat(filesHeld()).isZero();
    }

    @Test
    void sweepsWhatIsOlderThanATimeAndNothingElse() {
        store().write("swept", Flux.just(utf8("x"))).block(PATIENCE);

        assertThat(store().deleteStoredBefore(Instant.now().minusSeconds(3_600)).block(PATIENCE))
                .isZero();
        assertThat(store().read("swept").block(PATIENCE)).isNotEmpty();

        assertThat(store().deleteStoredBefore(Instant.now().plusSeconds(3_600)).block(PATIENCE))
                .isEqualTo(1);
        assertThat(filesHeld()).isZero();
    }

    @Test
    void sweepsEachFileWhenItsOwnTimeHasCome() {
        store().write("kept", Flux.just(utf8("x"))).block(PATIENCE);
        store().write("swept", Flux.just(utf8("x"))).block(PATIENCE);

        assertThat(store().deleteStoredBefore(id -> Instant.now().plusSeconds(id.equals("swept") ? 3_600 : -3_600))
                        .block(PATIENCE))
                .isEqualTo(1);

        assertThat(store().read("kept").block(PATIENCE)).isNotEmpty();
        assertThat(filesHeld()).isOne();
    }

    @Test
    void tellsHowLongAFileIs() {
        store().write("file", Flux.just(utf8("hello"))).block(PATIENCE);
        store().write("empty", Flux.empty()).block(PATIENCE);

        assertThat(store().size("file").block(PATIENCE)).isEqualTo(5);
        assertThat(store().size("empty").block(PATIENCE)).isZero();
        assertThatThrownBy(() -> store().size("nothing").block(PATIENCE)).isInstanceOf(NoSuchMediaException.class);
    }

    @Test
    void readsPartsOfAFile() {
        byte[] content = random(200_000);
        store().write("file", chunks(content, 50_000)).block(PATIENCE);

        assertThat(part("file", 0, content.length)).isEqualTo(content);
        assertThat(part("file", 0, 1)).isEqualTo(Arrays.copyOf(content, 1));
        assertThat(part("file", 65_530, 100_000)).isEqualTo(Arrays.copyOfRange(content, 65_530, 165_530));
        assertThat(part("file", 199_999, 1)).isEqualTo(Arrays.copyOfRange(content, 199_999, 200_000));
        assertThat(part("file", 199_990, 1_000)).isEqualTo(Arrays.copyOfRange(content, 199_990, 200_000));
        assertThat(part("file", 17, 0)).isEmpty();
        assertThatThrownBy(() -> part("nothing", 0, 1)).isInstanceOf(NoSuchMediaException.class);
        assertThatThrownBy(() -> part("nothing", 0, 0)).isInstanceOf(NoSuchMediaException.class);
    }

    @Test
    void readsNoFasterThanItIsAskedTo() {
        byte[] content = random(4_000_000);
        store().write("file", chunks(content, 50_000)).block(PATIENCE);
        AtomicLong read = new AtomicLong();
        BaseSubscriber<ByteBuffer> reader = new BaseSubscriber<>() {
            @Override
            protected void hookOnSubscribe(Subscription subscription) {
                subscription.request(1);
            }

            @Override
            protected void hookOnNext(ByteBuffer chunk) {
                read.addAndGet(chunk.remaining());
            }
        };

        store().read("file", 0, content.length).subscribe(reader);

        await().atMost(PATIENCE).untilAsserted(() -> assertThat(read).hasPositiveValue());
        assertThat(read).hasValueLessThan(1_000_000);
        reader.requestUnbounded();
        await().atMost(PATIENCE).untilAsserted(() -> assertThat(read).hasValue(content.length));
    }

    @Test
    void canBeReadAgainAfterAReaderLeft() {
        byte[] content = random(2_000_000);
        store().write("file", chunks(content, 50_000)).block(PATIENCE);

        for (int i = 0; i < 60; i++) {
            store().read("file", 0, content.length).take(1).blockLast(PATIENCE);
        }

        assertThat(part("file", 0, content.length)).isEqualTo(content);
    }

    private byte[] part(String mediaId, long from, long length) {
        ByteArrayOutputStream part = new ByteArrayOutputStream();
        store().read(mediaId, from, length)
                .doOnNext(chunk -> {
                    byte[] bytes = new byte[chunk.remaining()];
                    chunk.get(bytes);
                    part.writeBytes(bytes);
                })
                .blockLast(PATIENCE);
        return part.toByteArray();
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "../escape", "a/b", "a.b", "a b"})
    void refusesWhatIsNoMediaId(String mediaId) {
        assertThatThrownBy(() -> store().write(mediaId, Flux.empty()).block(PATIENCE))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("allowed are 1 to 64");
        assertThatThrownBy(() -> store().read(mediaId).block(PATIENCE)).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> store().delete(mediaId).block(PATIENCE)).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> store().size(mediaId).block(PATIENCE)).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> part(mediaId, 0, 1)).isInstanceOf(IllegalArgumentException.class);
    }

    private static Flux<ByteBuffer> chunks(byte[] content, int chunkSize) {
        return Flux.range(0, (content.length + chunkSize - 1) / chunkSize)
                .map(i -> ByteBuffer.wrap(content, i * chunkSize, Math.min(chunkSize, content.length - i * chunkSize))
                        .slice());
    }

    private static byte[] random(int size) {
        byte[] content = new byte[size];
        new Random(1).nextBytes(content);
        return content;
    }

    private static String sha256(byte[] content) {
        try {
            return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(content));
        } catch (NoSuchAlgorithmException e) {
            throw new AssertionError(e);
        }
    }

    private static ByteBuffer utf8(String text) {
        return ByteBuffer.wrap(text.getBytes(StandardCharsets.UTF_8));
    }
}
