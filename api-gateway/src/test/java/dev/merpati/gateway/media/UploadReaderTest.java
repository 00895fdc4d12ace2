package dev.merpati.gateway.media;

import static org.assertj.core.api.Assertions.assertThat;

import dev.merpati.media.MediaStore;
import dev.merpati.media.StoredMedia;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Function;
import org.awaitility.Awaitility;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.reactivestreams.Publisher;
import org.reactivestreams.Subscription;
import org.springframework.core.io.buffer.DataBuffer;
import org.springframework.core.io.buffer.DefaultDataBufferFactory;
import org.springframework.http.HttpHeaders;
import org.springframework.mock.http.server.reactive.MockServerHttpRequest;
import org.springframework.util.unit.DataSize;
import reactor.core.publisher.BaseSubscriber;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

class UploadReaderTest {
    private static final int CHUNK = 8 * 1024;
    private static final int CHUNKS = 6_000;

    @Test
    void readsNoFasterThanTheStoreTakesIt() {
        AtomicLong sent = new AtomicLong();
        StallingStore store = new StallingStore();

        reader(store).read(form(sent), "acme", (name, value) -> {}).subscribe();
        Awaitility.await().until(() -> store.taken.get() == 1);

        assertThat(sent).as("chunks in memory of a file of " + CHUNKS).hasValueLessThan(1_000);
        long before = sent.get();
        store.take(2_000);
        Awaitility.await().until(() -> store.taken.get() == 2_001);
        assertThat(sent).hasValueBetween(before + 1_000, before + 2_500);
    }

    private static UploadReader reader(MediaStore store) {
        Duration minute = Duration.ofMinutes(1);
        return new UploadReader(
                store,
                new UploadSettings(1, 0, minute, minute, DataSize.ofBytes(1), minute),
                new UploadMetrics(new SimpleMeterRegistry()));
    }

    private static MockServerHttpRequest form(AtomicLong sent) {
        String head = """
                --xyz\r
                Content-Disposition: form-data; name="media"; filename="a.pdf"\r
                \r
                %PDF-1.7""";
        Flux<DataBuffer> file =
                Flux.range(0, CHUNKS).map(i -> buffer(new byte[CHUNK])).doOnNext(buffer -> sent.incrementAndGet());
        return MockServerHttpRequest.post("/")
                .header(HttpHeaders.CONTENT_TYPE, "multipart/form-data; boundary=xyz")
                .body(Flux.concat(Flux.just(buffer(head.getBytes(StandardCharsets.US_ASCII))), file));
    }

    private static DataBuffer buffer(byte[] bytes) {
        return DefaultDataBufferFactory.sharedInstance.wrap(bytes);
    }

    /** Takes one chunk, and then only what it is told to. */
    private static final class StallingStore implements MediaStore {
        private final AtomicLong taken = new AtomicLong();
        private volatile @Nullable Subscription content;

        void take(long chunks) {
            Subscription subscription = content;
            if (subscription != null) {
                subscription.request(chunks);
            }
        }

        @Override
        public Mono<StoredMedia> write(String mediaId, Publisher<ByteBuffer> chunks) {
            chunks.subscribe(new BaseSubscriber<ByteBuffer>() {
                @Override
                protected void hookOnSubscribe(Subscription subscription) {
                    content = subscription;
                    subscription.request(1);
                }

                @Override
                protected void hookOnNext(ByteBuffer chunk) {
                    taken.incrementAndGet();
                }
            });
            return Mono.never();
        }

        @Override
        public long bytesPerWrite() {
            return 0;
        }

        @Override
        public Mono<byte[]> read(String mediaId) {
            return Mono.never();
        }

        @Override
        public Mono<Void> delete(String mediaId) {
            return Mono.empty();
        }

        @Override
        public Mono<Long> size(String mediaId) {
            return Mono.never();
        }

        @Override
        public Flux<ByteBuffer> read(String mediaId, long from, long length) {
            return Flux.never();
        }

        @Override
        public Mono<Integer> deleteStoredBefore(Function<String, Instant> time) {
            return Mono.just(0);
        }
    }
}
