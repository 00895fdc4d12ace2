package dev.merpati.cluster;

import dev.merpati.media.MediaStore;
import dev.merpati.media.MediaStoreSettings;
import dev.merpati.media.MediaStores;
import dev.merpati.media.S3Settings;
import dev.merpati.testing.S3Server;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;

/** The one bucket of an S3 server, which the product reaches through cables that the test can cut. */
final class MediaBucket implements AutoCloseable {
    private static final String BUCKET = "merpati-media";

    private final S3Server server = new S3Server();

    MediaBucket() {
        make();
    }

    int port() {
        return server.port();
    }

    /** What gateways and workers have to be told, each about its own cable. */
    static Map<String, String> settings(TcpProxy cable) {
        return Map.of(
                "merpati.media.type",
                "s3",
                "merpati.media.s3.bucket",
                BUCKET,
                "merpati.media.s3.endpoint",
                "http://localhost:" + cable.port(),
                "merpati.media.s3.path-style",
                "true",
                "merpati.media.s3.access-key-id",
                S3Server.KEY,
                "merpati.media.s3.secret-access-key",
                S3Server.KEY,
                "merpati.media.s3.call-timeout",
                "6s");
    }

    /** The media store as the sweeper of a worker uses it. */
    MediaStore store() {
        return MediaStores.open(new MediaStoreSettings(
                MediaStoreSettings.Type.S3,
                null,
                new S3Settings(
                        BUCKET,
                        null,
                        server.endpoint(),
                        true,
                        null,
                        S3Server.KEY,
                        S3Server.KEY,
                        Duration.ofSeconds(30))));
    }

    void make() {
        server.makeBucket(BUCKET);
    }

    /** From now on S3 answers everything with an error. */
    void delete() {
        server.deleteBucket(BUCKET);
    }

    List<String> objects() {
        return server.objects(BUCKET);
    }

    byte[] object(String key) {
        return server.object(BUCKET, key);
    }

    /** Objects and unfinished uploads. */
    int leftovers() {
        return objects().size() + server.multipartUploads(BUCKET);
    }

    /** Removes what a failed test left, so that the next one does not fail of it. */
    void empty() {
        try (MediaStore store = store()) {
            store.deleteStoredBefore(Instant.now().plusSeconds(60)).block(Duration.ofSeconds(30));
        }
    }

    @Override
    public void close() {
        server.close();
    }
}
