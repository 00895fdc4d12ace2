package dev.merpati.media;

import com.adobe.testing.s3mock.S3MockApplication;
import java.net.URI;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.UUID;
import org.junit.jupiter.api.extension.AfterAllCallback;
import org.junit.jupiter.api.extension.ExtensionContext;
import software.amazon.awssdk.services.s3.S3AsyncClient;
import software.amazon.awssdk.services.s3.model.ListMultipartUploadsResponse;
import software.amazon.awssdk.services.s3.model.ListObjectsV2Response;

/** An S3 server within the test's JVM, for one test class, and a client to look behind the store's back. */
final class S3Server implements AfterAllCallback {
    private final S3MockApplication server;
    private final S3AsyncClient client;

    S3Server() {
        Map<String, Object> properties = new HashMap<>();
        properties.put(S3MockApplication.PROP_HTTP_PORT, S3MockApplication.RANDOM_PORT);
        properties.put(S3MockApplication.PROP_HTTPS_PORT, S3MockApplication.RANDOM_PORT);
        properties.put("server.ssl.enabled", false);
        properties.put(S3MockApplication.PROP_SILENT, true);
        server = S3MockApplication.start(properties, "--logging.level.root=ERROR");
        client = S3Clients.open(settings("unused"));
    }

    /** How to reach a bucket of this server. */
    @SuppressWarnings("deprecation") // The server would rather be a container, which not every machine can run.
    S3Settings settings(String bucket) {
        return settings(bucket, URI.create("http://localhost:" + server.getPort()), Duration.ofSeconds(30));
    }

    static S3Settings settings(String bucket, URI endpoint, Duration callTimeout) {
        return new S3Settings(bucket, "us-east-1", endpoint, true, "media/", "key", "secret", callTimeout);
    }

    S3AsyncClient client() {
        return client;
    }

    /** Makes a bucket that nobody has used, and returns its name. */
    String newBucket() {
        String bucket = "bucket-" + UUID.randomUUID();
        client.createBucket(r -> r.bucket(bucket)).join();
        return bucket;
    }

    int objects(String bucket) {
        return client.listObjectsV2(r -> r.bucket(bucket))
                .thenApply(ListObjectsV2Response::keyCount)
                .join();
    }

    int multipartUploads(String bucket) {
        return client.listMultipartUploads(r -> r.bucket(bucket))
                .thenApply(ListMultipartUploadsResponse::uploads)
                .join()
                .size();
    }

    @Override
    public void afterAll(ExtensionContext context) {
        client.close();
        server.stop();
    }
}
