package dev.merpati.cluster;

import com.adobe.testing.s3mock.S3MockApplication;
import dev.merpati.media.MediaStore;
import dev.merpati.media.MediaStoreSettings;
import dev.merpati.media.MediaStores;
import dev.merpati.media.S3Settings;
import java.net.URI;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import software.amazon.awssdk.auth.credentials.AwsBasicCredentials;
import software.amazon.awssdk.auth.credentials.StaticCredentialsProvider;
import software.amazon.awssdk.core.async.AsyncResponseTransformer;
import software.amazon.awssdk.regions.Region;
import software.amazon.awssdk.services.s3.S3AsyncClient;
import software.amazon.awssdk.services.s3.model.S3Object;

/** An S3 server with one bucket, in the test's JVM: the product reaches it through cables that the test can cut. */
final class S3Server implements AutoCloseable {
    private static final String BUCKET = "merpati-media";
    private static final String KEY = "test";

    private final S3MockApplication server;
    private final S3AsyncClient client;

    S3Server() {
        Map<String, Object> properties = new HashMap<>();
        properties.put(S3MockApplication.PROP_HTTP_PORT, S3MockApplication.RANDOM_PORT);
        properties.put(S3MockApplication.PROP_HTTPS_PORT, S3MockApplication.RANDOM_PORT);
        properties.put("server.ssl.enabled", false);
        properties.put(S3MockApplication.PROP_SILENT, true);
        server = S3MockApplication.start(properties, "--logging.level.root=ERROR");
        client = S3AsyncClient.builder()
                .region(Region.US_EAST_1)
                .endpointOverride(URI.create("http://localhost:" + port()))
                .forcePathStyle(true)
                .credentialsProvider(StaticCredentialsProvider.create(AwsBasicCredentials.create(KEY, KEY)))
                .build();
        makeBucket();
    }

    @SuppressWarnings("deprecation") // The server would rather be a container, which not every machine can run.
    int port() {
        return server.getPort();
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
                KEY,
                "merpati.media.s3.secret-access-key",
                KEY,
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
                        URI.create("http://localhost:" + port()),
                        true,
                        null,
                        KEY,
                        KEY,
                        Duration.ofSeconds(30))));
    }

    void makeBucket() {
        client.createBucket(r -> r.bucket(BUCKET)).join();
    }

    /** From now on S3 answers everything with an error. */
    void deleteBucket() {
        client.deleteBucket(r -> r.bucket(BUCKET)).join();
    }

    List<String> objects() {
        return client.listObjectsV2(r -> r.bucket(BUCKET)).join().contents().stream()
                .map(S3Object::key)
                .toList();
    }

    byte[] object(String key) {
        return client.getObject(r -> r.bucket(BUCKET).key(key), AsyncResponseTransformer.toBytes())
                .join()
                .asByteArrayUnsafe();
    }

    /** Objects and unfinished uploads. */
    int leftovers() {
        return objects().size()
                + client.listMultipartUploads(r -> r.bucket(BUCKET))
                        .join()
                        .uploads()
                        .size();
    }

    /** Removes what a test left that failed, so that the next one does not fail of it. */
    void empty() {
        try (MediaStore store = store()) {
            store.deleteStoredBefore(Instant.now().plusSeconds(60)).block(Duration.ofSeconds(30));
        }
    }

    @Override
    public void close() {
        client.close();
        server.stop();
    }
}
